using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;
using Choir.LoadTest.Overhead.Report;
using Choir.LoadTest.Overhead.Scenarios;

namespace Choir.LoadTest.Overhead.Measuring;

/// <summary>A scenario in a process of its own, and its Prometheus and its OTLP receiver meanwhile.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    /// <summary>No step takes longer; one that does is stuck.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    // What the user's shell says to services must not reach one scenario and miss another.
    private static readonly string[] NotInherited = ["OTEL_", "ASPNETCORE_", "Logging__", "DOTNET_ENVIRONMENT", "DOTNET_URLS"];

    private readonly Scenario _scenario;
    private readonly OtlpSink _sink;
    private readonly Process _process;
    private readonly Scraper _scraper = new();
    private readonly Task<string> _errors;

    // What it says, other than logs; bounded because it only speaks when it is spoken to.
    private readonly Channel<string> _said = Channel.CreateBounded<string>(16);
    private readonly Task _reading;

    private ChildProcess(Scenario scenario, OtlpSink sink, Process process)
    {
        _scenario = scenario;
        _sink = sink;
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
        _reading = ReadAsync();
    }

    /// <summary>Starts a scenario's process and warms it up.</summary>
    /// <exception cref="MeasurementException">The process failed.</exception>
    public static async Task<ChildProcess> StartAsync(Scenario scenario, MeasureOptions options, CancellationToken cancellationToken)
    {
        var sink = await OtlpSink.StartAsync(cancellationToken);
        var child = new ChildProcess(scenario, sink, Process.Start(StartInfo(scenario.Name, options, sink.Address))!);
        try
        {
            await child.HearAsync(MeasuredProcess.ReadyLine, cancellationToken);
            return child;
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }
    }

    /// <summary>Measures it once; it can be measured again.</summary>
    /// <exception cref="MeasurementException">The process failed.</exception>
    public async Task<Measurement> MeasureAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _process.StandardInput.WriteLineAsync();
            await _process.StandardInput.FlushAsync(cancellationToken);
        }
        catch (IOException)
        {
            // It has ended; what it said last is heard below.
        }

        return JsonSerializer.Deserialize<Measurement>(await HearAsync(MeasuredProcess.ResultLine, cancellationToken), ReportJson.Line)!;
    }

    /// <summary>Ends it.</summary>
    /// <param name="measured">What was measured.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>The same, with what has left the process from its start to its end.</returns>
    /// <exception cref="MeasurementException">The process failed, or telemetry did not leave it.</exception>
    public async Task<Measurement> StopAsync(Measurement measured, CancellationToken cancellationToken)
    {
        _process.StandardInput.Close();
        await WithinPatienceAsync(_process.WaitForExitAsync, cancellationToken);
        return _process.ExitCode == 0
            ? Checked(_scenario, measured with { Scrapes = _scraper.Scrapes, Exports = _sink.Counts })
            : throw await FailureAsync();
    }

    /// <summary>Ends it at once, if it has not ended.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _reading;
        await _scraper.DisposeAsync();
        await _sink.DisposeAsync();
        _process.Dispose();
    }

    /// <summary>Telemetry that did not leave the process has cost nothing, and the figures would be worth nothing.</summary>
    public static Measurement Checked(Scenario scenario, Measurement measured)
    {
        var left = (measured.Scrapes > 0 ? Signals.Scrapes : 0)
            | (measured.Exports.Metrics > 0 ? Signals.Metrics : 0)
            | (measured.Exports.Traces > 0 ? Signals.Traces : 0)
            | (measured.Exports.Logs > 0 ? Signals.Logs : 0);
        var missing = scenario.Leaves & ~left;
        return missing == Signals.None
            ? measured
            : throw new MeasurementException($"{scenario.Name} measured nothing that counts: its process sent no {missing}.");
    }

    /// <summary>Waits until it says something, and gives what follows on the line.</summary>
    private async Task<string> HearAsync(string beginning, CancellationToken cancellationToken)
    {
        try
        {
            var line = "";
            await WithinPatienceAsync(async token => line = await _said.Reader.ReadAsync(token), cancellationToken);
            return line.StartsWith(beginning, StringComparison.Ordinal)
                ? line[beginning.Length..]
                : throw new MeasurementException($"{_scenario.Name} said \"{line}\" instead of \"{beginning}\".");
        }
        catch (ChannelClosedException)
        {
            await _process.WaitForExitAsync(cancellationToken);
            throw await FailureAsync();
        }
    }

    private async Task WithinPatienceAsync(Func<CancellationToken, Task> wait, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Patience);
        try
        {
            await wait(timeout.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MeasurementException($"{_scenario.Name} was not done within {Patience.TotalMinutes:0} minutes.");
        }
    }

    private async Task<MeasurementException> FailureAsync() =>
        new($"{_scenario.Name} ended with exit code {_process.ExitCode}. {await _errors}");

    /// <summary>Reads what the process says to the end; its logs are thrown away.</summary>
    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(MeasuredProcess.MetricsLine, StringComparison.Ordinal))
            {
                _scraper.Start(new Uri(line[MeasuredProcess.MetricsLine.Length..]));
            }
            else if (MeasuredProcess.Answers.Any(answer => line.StartsWith(answer, StringComparison.Ordinal)))
            {
                await _said.Writer.WriteAsync(line);
            }
        }

        _said.Writer.Complete();
    }

    private static ProcessStartInfo StartInfo(string scenario, MeasureOptions options, Uri sink)
    {
        // Started by "dotnet Choir.LoadTest.dll", or by its own executable.
        var program = Environment.ProcessPath!;
        string[] itself = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [typeof(ChildProcess).Assembly.Location] : [];
        var start = new ProcessStartInfo(program, [.. itself, .. MeasureCommand.Arguments(scenario, options, sink)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.ToList())
        {
            if (Array.Exists(NotInherited, prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
            {
                start.Environment.Remove(name);
            }
        }

        return start;
    }
}

/// <summary>A scenario could not be measured.</summary>
internal sealed class MeasurementException(string message) : Exception(message);
