using System.Diagnostics;
using System.Text.Json;
using Choir.LoadTest.Overhead.Report;
using Choir.LoadTest.Overhead.Scenarios;

namespace Choir.LoadTest.Overhead.Measuring;

/// <summary>Measures a scenario once, in a process of its own, and is its Prometheus meanwhile.</summary>
internal static class ChildProcess
{
    /// <summary>No measurement takes longer; one that does is stuck.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    // What the user's shell says to services must not reach one scenario and miss another.
    private static readonly string[] NotInherited = ["OTEL_", "ASPNETCORE_", "Logging__", "DOTNET_ENVIRONMENT", "DOTNET_URLS"];

    /// <summary>Runs a scenario.</summary>
    /// <exception cref="MeasurementException">The process failed.</exception>
    public static async Task<Measurement> MeasureAsync(
        Scenario scenario, MeasureOptions options, OtlpSink sink, CancellationToken cancellationToken)
    {
        var before = sink.Counts;
        using var child = Process.Start(StartInfo(scenario.Name, options, sink.Address))!;
        await using var scraper = new Scraper();
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Patience);
        try
        {
            var errors = child.StandardError.ReadToEndAsync(timeout.Token);
            var measured = await ReadAsync(child.StandardOutput, scraper, timeout.Token);
            await child.WaitForExitAsync(timeout.Token);
            if (child.ExitCode != 0 || measured is null)
                throw new MeasurementException($"{scenario.Name} ended with exit code {child.ExitCode}. {await errors}");
            return Checked(scenario, measured with { Scrapes = scraper.Scrapes, Exports = sink.Counts - before });
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MeasurementException($"{scenario.Name} did not end within {Patience.TotalMinutes:0} minutes.");
        }
        finally
        {
            if (!child.HasExited)
                child.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Reads what the child says to the end; its logs are thrown away.</summary>
    private static async Task<Measurement?> ReadAsync(StreamReader output, Scraper scraper, CancellationToken cancellationToken)
    {
        Measurement? measured = null;
        while (await output.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith(MeasuredProcess.MetricsLine, StringComparison.Ordinal))
                scraper.Start(new Uri(line[MeasuredProcess.MetricsLine.Length..]));
            else if (line.StartsWith(MeasuredProcess.ResultLine, StringComparison.Ordinal))
                measured = JsonSerializer.Deserialize<Measurement>(line[MeasuredProcess.ResultLine.Length..], ReportJson.Line);
        }

        return measured;
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

    private static ProcessStartInfo StartInfo(string scenario, MeasureOptions options, Uri sink)
    {
        // Started by "dotnet Choir.LoadTest.dll", or by its own executable.
        var program = Environment.ProcessPath!;
        string[] itself = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [typeof(ChildProcess).Assembly.Location] : [];
        var start = new ProcessStartInfo(program, [.. itself, .. MeasureCommand.Arguments(scenario, options, sink)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.ToList())
        {
            if (Array.Exists(NotInherited, prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
                start.Environment.Remove(name);
        }

        return start;
    }
}

/// <summary>A scenario could not be measured.</summary>
internal sealed class MeasurementException(string message) : Exception(message);
