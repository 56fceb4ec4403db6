using System.Globalization;
using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Observing;

/// <summary>The load generator's own use of its machine.</summary>
/// <param name="Host">Its machine.</param>
/// <param name="Cores">The mean number of cores it used.</param>
public sealed record GeneratorUse(string Host, double Cores);

/// <summary>Ranks what used most time, CPU and memory. Actor types by CPU and allocation are ranked by the cost profile.</summary>
internal static class Hotspots
{
    /// <summary>The most entries of each ranking.</summary>
    public const int MaxEntries = 10;

    /// <summary>The ranking of single actors by the share of time in which they were busy.</summary>
    public const string BusyActor = "actor busy time";

    /// <summary>Ranks by total time, and the processes by CPU and by allocation.</summary>
    /// <remarks>
    /// The time of a handler includes what it waits for: database, model, other actors. So the shares give the order of what to look
    /// at first, and are no parts of one sum. Gateway routes and phases are not ranked, because they contain all the others.
    /// </remarks>
    /// <param name="figures">The figures of the system.</param>
    /// <param name="seconds">The measured time.</param>
    /// <param name="generator">The load generator, listed if it runs on a machine of the system; null to leave it out.</param>
    public static IReadOnlyList<Hotspot> Rank(SystemFigures figures, double seconds, GeneratorUse? generator)
    {
        ArgumentNullException.ThrowIfNull(figures);
        return [.. Time(figures, seconds), .. Cpu(figures, generator), .. Allocation(figures)];
    }

    /// <summary>Lists the busiest single actors: one that is always busy limits what is sent to it, whatever else is free.</summary>
    /// <param name="actors">The share of the last minute in which each was busy.</param>
    public static IEnumerable<Hotspot> Busy(IEnumerable<(string Type, string Id, double Busy)> actors) => actors
        .Where(actor => actor.Busy > 0)
        .OrderByDescending(actor => actor.Busy)
        .ThenBy(actor => actor.Id, StringComparer.Ordinal)
        .Take(MaxEntries)
        .Select(actor => new Hotspot(
            BusyActor, $"{actor.Type} {actor.Id}", Math.Min(1, actor.Busy), $"busy for {Number(100 * actor.Busy)} % of the last minute"));

    private static IEnumerable<Hotspot> Time(SystemFigures figures, double seconds) => Ranked(
        "time",
        figures.ActorTypes.Select(type => (
                Name: $"handlers of {type.ActorType}", Value: type.ProcessingSeconds, Detail: Spent(type.ProcessingSeconds, type.Processing, "messages")))
            .Concat(figures.ActorTypes.Select(type => (
                Name: $"queues of {type.ActorType}", Value: type.QueueSeconds, Detail: Spent(type.QueueSeconds, type.Queue, "messages"))))
            .Concat(figures.Components.Where(component => component.Component is "database" or "model" or "chain").Select(component => (
                Name: $"{component.Component} {component.Name}",
                Value: component.TotalSeconds,
                Detail: Spent(component.TotalSeconds, component.Latency, component.Component == "chain" ? "transactions" : "calls")))),
        seconds);

    private static IEnumerable<Hotspot> Cpu(SystemFigures figures, GeneratorUse? generator)
    {
        var entries = figures.Processes
            .Select(process => (process.Name, process.CpuCores, $"{Number(process.CpuCores)} cores ({process.Service})"))
            .ToList();
        var isLocal = generator is not null && figures.Machines.Any(machine => machine.Host == generator.Host);
        if (isLocal)
        {
            entries.Add(("load generator", generator!.Cores, $"{Number(generator.Cores)} cores on the same machine"));
        }

        // On one machine, the rest of its use is that of servers that have no metrics, such as Postgres. Which process runs on which
        // of several machines is not known here.
        if (figures.Machines is [{ Cores: > 0 } machine] && machine.CpuPercent > 0)
        {
            var rest = (machine.CpuPercent / 100 * machine.Cores) - entries.Sum(entry => entry.Item2);
            if (rest > 0)
            {
                entries.Add((
                    $"everything else on {machine.Host}", rest, $"{Number(rest)} cores: database, Ethereum node, and all that has no metrics of its own"));
            }
        }

        return Ranked("cpu", entries);
    }

    private static IEnumerable<Hotspot> Allocation(SystemFigures figures) => Ranked(
        "allocation",
        figures.Processes.Select(process => (
            process.Name, process.AllocatedBytesPerSecond, $"{Bytes(process.AllocatedBytesPerSecond)} a second ({process.Service})")));

    private static IEnumerable<Hotspot> Ranked(string by, IEnumerable<(string Name, double Value, string Detail)> entries, double seconds = 0)
    {
        var all = entries.Where(entry => entry.Value > 0).ToList();
        var total = all.Sum(entry => entry.Value);
        return all
            .OrderByDescending(entry => entry.Value)
            .ThenBy(entry => entry.Name, StringComparer.Ordinal)
            .Take(MaxEntries)
            .Select(entry => new Hotspot(
                by,
                entry.Name,
                entry.Value / total,
                seconds > 0 ? $"{entry.Detail}; {Number(entry.Value / seconds)} at a time on average" : entry.Detail));
    }

    private static string Spent(double total, LatencyFigures latency, string what) => string.Create(
        CultureInfo.InvariantCulture, $"{Number(total)} s in {latency.Count:N0} {what}, p95 {Milliseconds(latency.P95)}");

    private static string Milliseconds(double seconds) => $"{Number(seconds * 1_000)} ms";

    private static string Number(double value) => Math.Abs(value) switch
    {
        >= 100 => value.ToString("N0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.#", CultureInfo.InvariantCulture),
        >= 0.01 => value.ToString("0.##", CultureInfo.InvariantCulture),
        _ => value.ToString("0.####", CultureInfo.InvariantCulture),
    };

    private static string Bytes(double bytes) => bytes switch
    {
        >= 1e9 => $"{Number(bytes / 1e9)} GB",
        >= 1e6 => $"{Number(bytes / 1e6)} MB",
        >= 1e3 => $"{Number(bytes / 1e3)} kB",
        _ => $"{Number(bytes)} B",
    };
}
