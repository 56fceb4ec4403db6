using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Choir.LoadTest.Overhead;
using Choir.LoadTest.Overhead.Measuring;
using Choir.LoadTest.Overhead.Report;
using Choir.LoadTest.Overhead.Scenarios;

namespace Choir.LoadTest.LiveActors;

/// <summary>The command <c>live-actors</c>: what many live actors of one host need with and without telemetry.</summary>
internal static class LiveActorsCommand
{
    private const int Interrupted = 130;

    /// <summary>The longest time of reading the Prometheus endpoint, in ms.</summary>
    private const double LongestScrape = 100;

    private const int DefaultActors = 1_000_000, DefaultFew = 10_000;

    private static readonly Option<int> Actors = MeasureSettings.Number(
        "--actors", "live actors; each needs about 3 KB of memory", DefaultActors, 1_000, 10_000_000);

    private static readonly Option<int> Few = MeasureSettings.Number(
        "--few", "live actors with whose series those of all are compared", DefaultFew, 100, 1_000_000);

    public static Command Create()
    {
        var command = new Command("live-actors", "Compares what many live actors of one host need with and without telemetry: memory, series, and the time of a scrape.");
        command.Add(Actors);
        command.Add(Few);
        command.Validators.Add(result =>
        {
            // Not GetValue: defaults are set after the validation.
            if ((result.GetResult(Few)?.GetValueOrDefault<int>() ?? DefaultFew) >= (result.GetResult(Actors)?.GetValueOrDefault<int>() ?? DefaultActors))
            {
                result.AddError("--few must be less than --actors.");
            }
        });
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        int[] counts = [parsed.GetValue(Few), parsed.GetValue(Actors)];
        try
        {
            var bare = await HoldAsync(Scenario.Bare, counts, cancellationToken);
            var areMet = true;
            foreach (var scenario in (Scenario[])[Scenario.GrainObserved, Scenario.Choir1])
            {
                areMet &= Report(scenario.Name, bare, await HoldAsync(scenario, counts, cancellationToken));
            }

            return areMet ? 0 : 1;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Interrupted;
        }
        catch (MeasurementException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    private static async Task<IReadOnlyList<HeldActors>> HoldAsync(Scenario scenario, int[] counts, CancellationToken cancellationToken)
    {
        await using var sink = await OtlpSink.StartAsync(cancellationToken);
        using var process = Process.Start(ThisProgram.StartInfo(HoldCommand.Arguments(scenario, sink.Address, counts)))!;
        try
        {
            var held = new List<HeldActors>();
            while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
            {
                if (line.StartsWith(HoldCommand.ResultLine, StringComparison.Ordinal))
                {
                    held.Add(JsonSerializer.Deserialize<HeldActors>(line[HoldCommand.ResultLine.Length..], ReportJson.Line)!);
                    Say(Console.Error, $"{scenario.Name}: {held[^1].Actors:N0} live, heap {held[^1].HeapBytes / 1e6:N0} MB, {held[^1].Series:N0} series");
                }
                else if (line.StartsWith(HoldCommand.LiveLine, StringComparison.Ordinal))
                {
                    Say(Console.Error, $"{scenario.Name}: {int.Parse(line[HoldCommand.LiveLine.Length..], CultureInfo.InvariantCulture):N0} of {counts[^1]:N0} live");
                }
            }

            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0 && held.Count == counts.Length
                ? held
                : throw new MeasurementException($"The process of {scenario.Name} ended with exit code {process.ExitCode} before all actors were live. Is there enough memory?");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static bool Report(string name, IReadOnlyList<HeldActors> bare, IReadOnlyList<HeldActors> held)
    {
        var (few, all) = (held[0], held[^1]);
        Say(Console.Out, $"{name}: {OfActor(held):N0} B of heap an actor, bare {OfActor(bare):N0} B; {(all.HeapBytes - bare[^1].HeapBytes) / 1e6:N0} MB more than bare with {all.Actors:N0}");
        return Judge($"{name}: {few.Series:N0} series with {few.Actors:N0} actors, {all.Series:N0} with {all.Actors:N0}", $"the same", few.Series == all.Series)
            & Judge($"{name}: a scrape takes {few.ScrapeMs:N1} ms and {all.ScrapeMs:N1} ms (medians)", $"at most {LongestScrape:N0} ms", all.ScrapeMs <= LongestScrape);
    }

    private static double OfActor(IReadOnlyList<HeldActors> held) =>
        (double)(held[^1].HeapBytes - held[0].HeapBytes) / (held[^1].Actors - held[0].Actors);

    private static bool Judge(FormattableString measured, FormattableString wanted, bool isMet)
    {
        Say(Console.Out, $"{measured.ToString(CultureInfo.InvariantCulture)} ({wanted.ToString(CultureInfo.InvariantCulture)}: {(isMet ? "met" : "missed")})");
        return isMet;
    }

    private static void Say(TextWriter to, FormattableString line) => to.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
