using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Choir.Tests.Support;

/// <summary>A real actor host in a separate process, which can be killed; stopped with this object or this process.</summary>
public sealed partial class ActorHostProcess : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(90);

    // Stops the host when its standard input is closed, also if this process is killed.
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

    /// <summary>The last output of the host.</summary>
    public string Log => string.Join('\n', _log);

    internal async Task<PrometheusText> MetricsAsync()
    {
        using var http = new HttpClient();
        return new PrometheusText(await http.GetStringAsync(new Uri(await _address.Task, "/metrics")));
    }

    /// <summary>Starts a host and waits until it has joined the cluster.</summary>
    /// <param name="connectionString">The database.</param>
    /// <param name="settings">Settings in addition to the database and the chain.</param>
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

        // An unavailable node only delays anchors.
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
            await host._started.Task.WaitAsync(Timeout);
            return host;
        }
        catch (Exception e)
        {
            await host.DisposeAsync();
            throw new InvalidOperationException($"The actor host did not start within {Timeout}:\n{host.Log}", e);
        }
    }

    /// <summary>Kills the host (SIGKILL).</summary>
    public async Task KillAsync()
    {
        if (_ended)
        {
            return;
        }

        _ended = true;
        _guard.StandardInput.Close();
        await _guard.WaitForExitAsync().WaitAsync(Timeout);
    }

    /// <summary>Stops the host (SIGTERM) and waits until it has exited.</summary>
    public async Task StopAsync()
    {
        using var host = Process.GetProcessById(await _processId.Task);
        Processes.Signal("TERM", host.Id);
        await host.WaitForExitAsync().WaitAsync(Timeout);
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
