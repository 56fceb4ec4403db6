using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Choir.Tests.Support;

/// <summary>A real actor host in a process of its own, which can be killed; ended with this object, or with this process.</summary>
public sealed partial class ActorHostProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    // Ends the host when its standard input does: also when this process was killed.
    private const string Guarded = """
        "$@" </dev/null & host=$!
        echo "guarded $host"
        cat >/dev/null
        kill -KILL $host 2>/dev/null
        """;

    private const int KeptLines = 2_000;

    private readonly Process _guard;
    private readonly ConcurrentQueue<string> _log = new();
    private readonly TaskCompletionSource<int> _processId = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _ended;

    private ActorHostProcess(Process guard) => _guard = guard;

    /// <summary>What the host wrote last.</summary>
    public string Log => string.Join('\n', _log);

    /// <summary>Its metrics.</summary>
    internal async Task<PrometheusText> MetricsAsync()
    {
        using var http = new HttpClient();
        return new PrometheusText(await http.GetStringAsync(new Uri(await _address.Task, "/metrics")));
    }

    /// <summary>Starts a host and waits until it has joined.</summary>
    /// <param name="connectionString">Its database.</param>
    /// <param name="settings">Its configuration beside the database and the chain.</param>
    public static async Task<ActorHostProcess> StartAsync(string connectionString, params (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo(
            "sh", ["-c", Guarded, "sh", "dotnet", Path.Combine(AppContext.BaseDirectory, "Choir.ActorHost.dll")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ConnectionStrings__choir"] = connectionString;
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["ASPNETCORE_ENVIRONMENT"] = start.Environment["DOTNET_ENVIRONMENT"] = "Development";

        // A node that is away delays anchors, never a conversation.
        start.Environment["Chain__Url"] = "http://127.0.0.1:9";
        start.Environment["Chain__PrivateKey"] = AnvilProcess.FirstPrivateKey;
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        var host = new ActorHostProcess(Process.Start(start)!);
        host.Listen();
        try
        {
            await host._started.Task.WaitAsync(Patience);
            return host;
        }
        catch (Exception e)
        {
            await host.DisposeAsync();
            throw new InvalidOperationException($"The actor host did not start within {Patience}:\n{host.Log}", e);
        }
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        if (_ended)
        {
            return;
        }

        _ended = true;
        _guard.StandardInput.Close();
        await _guard.WaitForExitAsync().WaitAsync(Patience);
    }

    /// <summary>SIGTERM, and waits for the end.</summary>
    public async Task StopAsync()
    {
        using var host = Process.GetProcessById(await _processId.Task);
        Processes.Signal("TERM", host.Id);
        await host.WaitForExitAsync().WaitAsync(Patience);
        await KillAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _guard.Dispose();
    }

    private void Listen()
    {
        _guard.OutputDataReceived += (_, line) => Read(line.Data);
        _guard.ErrorDataReceived += (_, line) => Read(line.Data);
        _guard.BeginOutputReadLine();
        _guard.BeginErrorReadLine();
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            _started.TrySetException(new InvalidOperationException("It ended."));
            return;
        }

        _log.Enqueue(line);
        while (_log.Count > KeptLines)
        {
            _log.TryDequeue(out _);
        }

        if (ListeningLine().Match(line) is { Success: true } listening)
        {
            _address.TrySetResult(new Uri(listening.Groups[1].Value));
        }

        if (line.StartsWith("guarded ", StringComparison.Ordinal))
        {
            _processId.TrySetResult(int.Parse(line.AsSpan(8), System.Globalization.CultureInfo.InvariantCulture));
        }
        else if (line.Contains("Application started", StringComparison.Ordinal))
        {
            _started.TrySetResult();
        }
    }

    [GeneratedRegex(@"Now listening on: (http://[^""\s]+)")]
    private static partial Regex ListeningLine();
}
