using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;
using Choir.LoadTest.Overhead.Report;
using Choir.LoadTest.Overhead.Scenarios;

namespace Choir.LoadTest.Overhead.Measuring;

/// <summary>The process of a scenario, with a scraper of its Prometheus endpoint and an OTLP receiver.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    /// <summary>The limit of one step.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(10);

    // Environment variables that would change the configuration of some scenarios only.
    private static readonly string[] NotInherited = ["OTEL_", "ASPNETCORE_", "Logging__", "DOTNET_ENVIRONMENT", "DOTNET_URLS"];

    private readonly Scenario _scenario;
    private readonly OtlpSink _sink;
    private readonly Process _process;
    private readonly Scraper _scraper = new();
    private readonly Task<string> _errors;

    // Lines of its output that are answers. Bounded, because it answers only to requests.
    private readonly Channel<string> _answers = Channel.CreateBounded<string>(16);
    private readonly Task _reading;

    private ChildProcess(Scenario scenario, OtlpSink sink, Process process)
    {
        _scenario = scenario;
        _sink = sink;
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
        _reading = ReadAsync();
    }

    /// <summary>Starts the process of a scenario and waits for its warm-up.</summary>
    /// <exception cref="MeasurementException">The process failed.</exception>
    public static async Task<ChildProcess> StartAsync(Scenario scenario, MeasureOptions options, CancellationToken cancellationToken)
    {
        var sink = await OtlpSink.StartAsync(cancellationToken);
        var child = new ChildProcess(scenario, sink, Process.Start(StartInfo(scenario.Name, options, sink.Address))!);
        try
        {
            await child.ReadAnswerAsync(MeasuredProcess.ReadyLine, cancellationToken);
            return child;
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }
    }

    /// <summary>Measures the scenario once. It can be called again.</summary>
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
            // The process has ended; reading its answer reports the failure.
        }

        return JsonSerializer.Deserialize<Measurement>(await ReadAnswerAsync(MeasuredProcess.ResultLine, cancellationToken), ReportJson.Line)!;
    }

    /// <summary>Stops the process.</summary>
    /// <param name="measured">The measurement.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The measurement with the counts of telemetry that left the process.</returns>
    /// <exception cref="MeasurementException">The process failed, or telemetry did not leave it.</exception>
    public async Task<Measurement> StopAsync(Measurement measured, CancellationToken cancellationToken)
    {
        _process.StandardInput.Close();
        await WithTimeoutAsync(_process.WaitForExitAsync, cancellationToken);
        return _process.ExitCode == 0
            ? Checked(_scenario, measured with { Scrapes = _scraper.Scrapes, Exports = _sink.Counts })
            : throw await FailureAsync();
    }

    /// <summary>Kills the process if it is running.</summary>
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

    /// <summary>Rejects a measurement of a process whose telemetry was not exported, because its cost was not measured.</summary>
    public static Measurement Checked(Scenario scenario, Measurement measured)
    {
        var left = (measured.Scrapes > 0 ? Signals.Scrapes : 0)
            | (measured.Exports.Metrics > 0 ? Signals.Metrics : 0)
            | (measured.Exports.Traces > 0 ? Signals.Traces : 0)
            | (measured.Exports.Logs > 0 ? Signals.Logs : 0);
        var missing = scenario.Leaves & ~left;
        return missing == Signals.None
            ? measured
            : throw new MeasurementException($"The measurement of {scenario.Name} is rejected: its process sent no {missing}.");
    }

    /// <summary>Waits for an answer with a prefix, and returns the rest of the line.</summary>
    private async Task<string> ReadAnswerAsync(string prefix, CancellationToken cancellationToken)
    {
        try
        {
            var line = "";
            await WithTimeoutAsync(async token => line = await _answers.Reader.ReadAsync(token), cancellationToken);
            return line.StartsWith(prefix, StringComparison.Ordinal)
                ? line[prefix.Length..]
                : throw new MeasurementException($"{_scenario.Name} answered \"{line}\" instead of \"{prefix}\".");
        }
        catch (ChannelClosedException)
        {
            await _process.WaitForExitAsync(cancellationToken);
            throw await FailureAsync();
        }
    }

    private async Task WithTimeoutAsync(Func<CancellationToken, Task> wait, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        try
        {
            await wait(timeout.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MeasurementException($"{_scenario.Name} did not finish within {Timeout.TotalMinutes:0} minutes.");
        }
    }

    private async Task<MeasurementException> FailureAsync() =>
        new($"{_scenario.Name} exited with code {_process.ExitCode}. {await _errors}");

    /// <summary>Reads the output of the process to the end, and discards its logs.</summary>
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
                await _answers.Writer.WriteAsync(line);
            }
        }

        _answers.Writer.Complete();
    }

    private static ProcessStartInfo StartInfo(string scenario, MeasureOptions options, Uri sink)
    {
        var start = ThisProgram.StartInfo(MeasureCommand.Arguments(scenario, options, sink));
        (start.RedirectStandardInput, start.RedirectStandardError) = (true, true);
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
