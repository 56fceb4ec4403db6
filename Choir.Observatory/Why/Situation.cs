using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Observatory.Components;
using Choir.Observatory.History;
using Choir.Observatory.Live;

namespace Choir.Observatory.Why;

/// <summary>The figures now and before, as the causes look at them.</summary>
internal sealed class Situation(ClusterSnapshot now, HistoryStore history, IReadOnlyList<Stall> stalls, IReadOnlyList<ClusterEvent> events)
{
    private IReadOnlyList<SlowerType>? _slower;
    private IReadOnlyList<DependencyFigures>? _warm;

    public ClusterSnapshot Now { get; } = now;

    /// <summary>The times in which something outside of the actors did not answer: those that last, and those of the last minutes.</summary>
    public IReadOnlyList<Stall> Stalls { get; } = stalls;

    /// <summary>The changes of the last minutes in which hosts left, the latest first.</summary>
    public IReadOnlyList<ClusterEvent> Left { get; } =
        [.. events.Where(change => change.Host is not null && now.At - change.At < WhyLimits.LeftAge)];

    /// <summary>The last time of the last minutes in which no host answered; null if there was none.</summary>
    public ClusterEvent? Silence { get; } =
        events.FirstOrDefault(change => change.Kind == ClusterEventKind.Silence && now.At - change.At < WhyLimits.LeftAge);

    /// <summary>The names of those whose calls are in the figures of the last minute: what else these figures say about them follows from it.</summary>
    public IReadOnlySet<string> Stalled { get; } = stalls.Where(stall => stall.IsInFigures(now.At)).Select(stall => stall.Dependency).ToHashSet();

    /// <summary>The types whose handlers take much longer than before by themselves, the one with the most added time first.</summary>
    public IReadOnlyList<SlowerType> Slower => _slower ??= FindSlower();

    /// <summary>The names of <see cref="Slower"/>.</summary>
    public IReadOnlySet<string> SlowerNames => Slower.Select(type => type.Type.Type).ToHashSet();

    /// <summary>The calls outside of the actors, without those of hosts that have just started and made few: they waited for code to be compiled and for connections.</summary>
    public IReadOnlyList<DependencyFigures> WarmDependencies => _warm ??= Now.DependenciesOf((host, one) =>
        PerWindow(one.CallsPerSecond) >= WhyLimits.MinColdSamples || !IsCold(host));

    /// <summary>The names of the hosts that have just started.</summary>
    public IReadOnlySet<string> Cold { get; } = now.Hosts.Hosts.Where(IsCold).Select(host => host.Name).ToHashSet();

    /// <summary>The messages of the last minute that a rate per second stands for.</summary>
    public double PerWindow(double perSecond) => perSecond * Math.Max(1, Now.Flow.WindowSeconds);

    /// <summary>
    /// The latest failed messages of a type, at most as many as a rate says of the last minute: older ones are on record until they are replaced, and
    /// would blame actors that do not fail any more. Counted, because the clocks of hosts may differ.
    /// </summary>
    /// <param name="type">The type of the receivers.</param>
    /// <param name="message">The message type; null for all.</param>
    /// <param name="perSecond">The failures per second.</param>
    public IReadOnlyList<MessageHop> Failures(string type, string? message, double perSecond) =>
        [.. Now.Failures?.Messages.Where(hop => hop.ActorType == type && (message is null || hop.MessageType == message)).Take((int)Math.Ceiling(PerWindow(perSecond))).Where(hop => hop.Error is not null) ?? []];

    /// <summary>A figure and what it was before.</summary>
    public Change Of(string series, double value)
    {
        var points = history.Read(series);
        var limit = points.Count == 0 ? Now.At : Now.At - Clamp((Now.At - points[0].At) / 2);
        var before = points.Where(point => point.At <= limit && point.Value is not null).Select(point => (double)point.Value!.Value).Order().ToArray();
        if (before.Length < WhyLimits.MinBefore)
        {
            return new Change(value, null, null);
        }

        var median = before[before.Length / 2];
        DateTimeOffset? since = null;
        for (var index = points.Count - 1; index >= 0 && points[index].Value is { } one && one >= median * WhyLimits.Rise; index--)
        {
            since = points[index].At;
        }

        return new Change(value, median, since ?? Now.At);
    }

    /// <summary>Whether the last readings were all at least a value.</summary>
    public bool HasBeen(string series, double atLeast)
    {
        var points = history.Read(series, HistoryStore.Step * WhyLimits.Steady);
        return points.Count >= WhyLimits.Steady && points.All(point => point.Value >= atLeast);
    }

    /// <summary>The actor of a type with the longest queue; null if its actors were not read.</summary>
    public HotActor? LongestQueue(string type) =>
        Now.Suspects.FirstOrDefault(suspect => suspect.Figures.Type == type)?.Hottest.ByQueueLength is [var longest, ..] ? longest : null;

    /// <summary>The actor of a type at which most of its messages wait, if one actor has most of the queue.</summary>
    public HotActor? Bottleneck(ActorTypeFigures type) =>
        type.LongestQueue >= WhyLimits.MinQueue && LongestQueue(type.Type) is { } actor
            && actor.QueueLength >= WhyLimits.MinQueue && actor.QueueLength >= type.QueueLength * WhyLimits.MinConcentration
            ? actor
            : null;

    /// <summary>The actors of a type by their time in handlers, the busiest first; none if its actors were not read.</summary>
    public IReadOnlyList<HotActor> ByBusyTime(string type) =>
        Now.Suspects.FirstOrDefault(suspect => suspect.Figures.Type == type)?.Hottest.ByBusyTime ?? [];

    /// <summary>Whether an actor handles messages all the time. Of one that handles few, a single long one may be the reason, which is another cause.</summary>
    public static bool IsBusy(HotActor actor) =>
        actor.BusySeconds >= WhyLimits.BusyGrain * Suspects.WindowSeconds && actor.Messages >= WhyLimits.MinSamples;

    /// <summary>The types that send messages to a type, directly or through others, and the type itself.</summary>
    public IReadOnlySet<string> WithSenders(params IEnumerable<string> types)
    {
        var found = types.ToHashSet();
        var open = new Queue<string>(found);
        while (open.TryDequeue(out var type))
        {
            foreach (var edge in Now.Flow.Edges.Where(edge => edge.ActorType == type && edge.MessagesPerSecond > 0))
            {
                if (found.Add(edge.SourceType))
                {
                    open.Enqueue(edge.SourceType);
                }
            }
        }

        return found;
    }

    /// <summary>What users notice, as the beginning of a sentence: the message type to one of the types whose p95 rose most; empty if none did.</summary>
    public string Symptom(IEnumerable<string> types)
    {
        var names = types.ToHashSet();
        var risen = Now.Flow.Edges
            .Where(edge => names.Contains(edge.ActorType) && edge.P95Ms >= WhyLimits.MinRiseMs && PerWindow(edge.MessagesPerSecond) >= WhyLimits.MinSamples)
            .OrderByDescending(edge => edge.P95Ms * edge.MessagesPerSecond)
            .Take(5)
            .Select(edge => (Edge: edge, P95: Of(SnapshotHistory.OfEdge(edge.SourceType, edge.ActorType, edge.MessageType, SnapshotHistory.P95), edge.P95Ms!.Value)))
            .FirstOrDefault(one => one.P95.HasRisen(WhyLimits.Rise, WhyLimits.MinRiseMs));
        return risen.Edge is null
            ? ""
            : $"p95 of {risen.Edge.MessageType} rose from {Format.Ms(risen.P95.Before)} to {Format.Ms(risen.P95.Now)} at {Time(risen.P95.Since)}: ";
    }

    /// <summary>A sentence that begins with the symptom if there is one.</summary>
    public string Sentence(IEnumerable<string> types, string text) =>
        Symptom(types) is { Length: > 0 } symptom ? symptom + text : char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>The time of day, for sentences.</summary>
    public static string Time(DateTimeOffset? at) => at is { } time ? $"{time.UtcDateTime:HH:mm} UTC" : "an unknown time";

    /// <summary>A number of things, for sentences.</summary>
    public static string Count(long count, string thing) => $"{Format.Count(count)} {thing}{(count == 1 ? "" : "s")}";

    /// <summary>The queue time as a part of an enumeration; nothing where it is not known, as of ordinary grains.</summary>
    public static string Queueing(double? ms) => ms is null ? "" : $", queueing {Format.Ms(ms)}";

    /// <summary>A share as whole per cent, for sentences.</summary>
    public static string Percent(double share) => $"{Math.Round(share * 100)} %";

    private static bool IsCold(HostView host) => host.UptimeSeconds < WhyLimits.ColdSeconds;

    // The figures of a type without hosts that have just started and handled few messages; of all hosts if none is.
    private ActorTypeFigures Warm(ActorTypeFigures type)
    {
        if (!type.Hosts.Any(host => Cold.Contains(host.Host)))
        {
            return type;
        }

        var warm = type.Hosts.Where(host => host.MeanProcessingMs is not null && (!Cold.Contains(host.Host) || PerWindow(host.MessagesPerSecond) >= WhyLimits.MinColdSamples)).ToArray();
        var rate = warm.Sum(host => host.MessagesPerSecond);
        return type with { MessagesPerSecond = rate, MeanProcessingMs = rate > 0 ? warm.Sum(host => host.MessagesPerSecond * host.MeanProcessingMs) / rate : null };
    }

    private static TimeSpan Clamp(TimeSpan recent) => TimeSpan.FromTicks(
        Math.Clamp(recent.Ticks, WhyLimits.MinRecent.Ticks, WhyLimits.MaxRecent.Ticks));

    private SlowerType[] FindSlower() =>
    [
        .. Now.Types.Types.Select(Warm)
            .Where(type => type.MeanProcessingMs >= WhyLimits.MinRiseMs && PerWindow(type.MessagesPerSecond) >= WhyLimits.MinSamples)
            .Select(type => new SlowerType(type, Processing(type)))
            .Where(type => type.Processing.HasRisen(WhyLimits.Rise, WhyLimits.MinRiseMs) && !AwaitsSlower(type.Type) && !WaitedInStall(type))
            .OrderByDescending(type => type.AddedPerSecond),
    ];

    // The mean of a type, and what it was before: more, if more messages of the types come that always took long.
    private Change Processing(ActorTypeFigures type)
    {
        var all = Of(SnapshotHistory.OfType(type.Type, SnapshotHistory.ProcessingTime), type.MeanProcessingMs!.Value);
        var (milliseconds, rate) = (0.0, 0.0);
        foreach (var edge in Now.Flow.Edges.Where(edge => edge.ActorType == type.Type && edge.MeanProcessingMs is not null))
        {
            var one = Of(SnapshotHistory.OfEdge(edge.SourceType, edge.ActorType, edge.MessageType, SnapshotHistory.ProcessingTime), edge.MeanProcessingMs!.Value);
            milliseconds += edge.MessagesPerSecond * Math.Min(one.Now, one.Before ?? one.Now);
            rate += edge.MessagesPerSecond;
        }

        return all.Before is { } before && rate > 0 ? all with { Before = Math.Max(before, milliseconds / rate) } : all;
    }

    // The calls that a stall held up are long enough to be all of what the type takes longer.
    private bool WaitedInStall(SlowerType type) => Stalls.Any(stall =>
        stall.IsInFigures(Now.At) && PerWindow(type.AddedPerSecond) / 1_000 <= stall.Calls * stall.Length.TotalSeconds);

    // A handler that awaits another actor becomes slow with it: then most of its time is that of the messages it sends.
    private bool AwaitsSlower(ActorTypeFigures type)
    {
        var awaited = Now.Flow.Edges
            .Where(edge => edge.SourceType == type.Type && edge.ActorType != type.Type && edge.MessagesPerSecond > 0)
            .Select(edge => (edge.ActorType, PerMessage: edge.MessagesPerSecond / type.MessagesPerSecond * ((edge.MeanQueueMs ?? 0) + (edge.MeanProcessingMs ?? 0))))
            .ToArray();
        return awaited.Sum(one => one.PerMessage) >= type.MeanProcessingMs * WhyLimits.MinConcentration
            && Now.Types.Types.Any(target => target.P95Ms is { } p95 && awaited.Any(one => one.ActorType == target.Type)
                && Of(SnapshotHistory.OfType(target.Type, SnapshotHistory.P95), p95).HasRisen(WhyLimits.Rise, WhyLimits.MinRiseMs));
    }
}

/// <summary>A type whose handlers take much longer than before.</summary>
/// <param name="Type">Its figures.</param>
/// <param name="Processing">The mean time of its handlers, in ms.</param>
internal sealed record SlowerType(ActorTypeFigures Type, Change Processing)
{
    /// <summary>The time that its handlers take more than before, in ms per second.</summary>
    public double AddedPerSecond => Processing.Increase * Type.MessagesPerSecond;
}
