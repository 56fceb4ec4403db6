using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Choir.Tests.Support;

/// <summary>A real service of Choir in a separate process, which can be killed; stopped with this object or this process.</summary>
public partial class StartedService : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(90);

    // Stops the service when its standard input is closed, also if this process is killed.
    private const string Guarded = """
        "$@" </dev/null & host=$!
        echo "guarded $host"
        cat >/dev/null
        kill -KILL $host 2>/dev/null
        wait $host
        """;

    private const int KeptLines = 2_000;

    // A test run that was started with nohup ignores SIGHUP, and one in the background of a script SIGINT, and so would its children.
    private static readonly string[] WithSignals = OperatingSystem.IsLinux() ? ["env", "--default-signal=HUP,INT"] : [];

    private readonly Process _guard;
    private readonly ConcurrentQueue<string> _log = new();
    private readonly TaskCompletionSource<int> _processId = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _ended;

    private protected StartedService(string program, string connectionString, (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo("sh", ["-c", Guarded, "sh", .. WithSignals, "dotnet", Path.Combine(AppContext.BaseDirectory, program + ".dll")])
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

        _guard = Process.Start(start)!;
        Listen();
    }

    /// <summary>The last output of the service.</summary>
    public string Log => string.Join('\n', _log);

    /// <summary>Where it listens.</summary>
    public Task<Uri> AddressAsync() => _address.Task;

    internal async Task<PrometheusText> MetricsAsync()
    {
        using var http = new HttpClient();
        return new PrometheusText(await http.GetStringAsync(new Uri(await _address.Task, "/metrics")));
    }

    /// <summary>Waits until it has started: an actor host has then joined its cluster.</summary>
    private protected async Task StartedAsync()
    {
        try
        {
            await _started.Task.WaitAsync(Timeout);
        }
        catch (Exception e)
        {
            await DisposeAsync();
            throw new InvalidOperationException($"The service did not start within {Timeout}:\n{Log}", e);
        }
    }

    /// <summary>Its process id.</summary>
    public Task<int> ProcessIdAsync() => _processId.Task;

    /// <summary>Whether its process has ended.</summary>
    public async Task<bool> HasEndedAsync() => Processes.HasEnded(await _processId.Task);

    /// <summary>Waits until the service has ended by itself or by a signal, and returns its exit code.</summary>
    public async Task<int> ExitCodeAsync()
    {
        await Eventually.GivesAsync<object>(
            "the service to end", async () => await HasEndedAsync() ? this : null, Timeout, () => $"\n{Log}");
        await KillAsync();
        return _guard.ExitCode;
    }

    /// <summary>Kills the service (SIGKILL).</summary>
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

    /// <summary>Stops the service and waits until it has exited.</summary>
    /// <param name="signal">The signal's name without <c>SIG</c>.</param>
    public async Task StopAsync(string signal = "TERM")
    {
        using var host = Process.GetProcessById(await _processId.Task);
        Processes.Signal(signal, host.Id);
        await host.WaitForExitAsync().WaitAsync(Timeout);
        await KillAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _guard.Dispose();
        GC.SuppressFinalize(this);
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
        else if (line.Contains("The service has started", StringComparison.Ordinal))
        {
            _started.TrySetResult();
        }
    }

    [GeneratedRegex(@"Now listening on: (http://[^""\s]+)")]
    private static partial Regex ListeningLine();
}
