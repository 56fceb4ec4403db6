using Choir.Actors.Inspection;
using Choir.Observatory.Components;
using Choir.Observatory.History;

namespace Choir.Observatory.Why.Causes;

/// <summary>Something outside of the actors answers more slowly than before, or not at all: the database, the model, the chain.</summary>
internal static class SlowDependency
{
    public const string Cause = "slow-dependency";

    /// <summary>The rate, as a share of the one before, below which calls that run count as not answered.</summary>
    private const double Stalled = 0.1;

    /// <summary>The fewest calls if each takes longer than a second: there are few of those in a minute.</summary>
    private const int MinLongCalls = 3;

    private const double Long = 1_000;

    // A percentile is an eighth off at most, and readings are seconds apart.
    private const double MinPartOfStall = 0.3;
    private const double MaxPartOfStall = 1.3;

    public static IEnumerable<Candidate> Find(Situation situation)
    {
        foreach (var dependency in situation.Now.Dependencies.GroupBy(one => one.Name).Where(one => !situation.Stalled.Contains(one.Key)))
        {
            var slow = situation.WarmDependencies.Where(one => one.Name == dependency.Key && HasEnough(situation, one))
                .Select(one => Call.Of(situation, one)).Where(call => call.IsSlow && !WaitedInStall(situation, call)).MaxBy(call => call.AddedPerSecond);
            var unanswered = dependency.FirstOrDefault(one => IsStalled(situation, one));
            if (slow is not null)
            {
                yield return Describe(situation, slow, [.. dependency.Where(ExhaustedPool.IsFull)]);
            }
            else if (unanswered is not null)
            {
                yield return Describe(situation, unanswered);
            }
        }
    }

    private static Candidate Describe(Situation situation, Call call, IReadOnlyList<DependencyFigures> fullPools)
    {
        var figures = call.Figures;
        var explained = situation.Slower.Where(type => call.PartOf(type) >= WhyLimits.MinExplained || fullPools.Count > 0).ToArray();
        var names = explained.Select(type => type.Type.Type).ToArray();
        var types = situation.WithSenders(names);
        List<string> evidence =
        [
            $"{figures.Name} {figures.Operation}: p95 {Format.Ms(call.P95.Now)}, before {Format.Ms(call.P95.Before)}",
            $"{Format.Rate(figures.CallsPerSecond)}, {figures.InUse} running",
            .. fullPools.Select(ExhaustedPool.Describe),
        ];
        var details = $"`{figures.Operation}` p95 {Format.Ms(call.P95.Now)}, {Format.Ms(call.P95.Before)} before"
            + string.Concat(fullPools.Select(pool => $"; {ExhaustedPool.Describe(pool)}"));
        if (explained is not [var worst, ..])
        {
            var ofAll = situation.Now.Dependencies.Sum(one => one.CallsPerSecond * (one.MeanMs ?? 0));
            return new Candidate(
                new WhyFinding(
                    Cause, figures.Name, $"The {figures.Name} is slower since {Situation.Time(call.P95.Since)}: {details}.",
                    Math.Min(1, call.AddedPerSecond / ofAll), evidence, null),
                Candidate.None, Candidate.None);
        }

        var share = fullPools.Count > 0 ? 1 : call.PartOf(worst);
        evidence.Add($"{worst.Type.Type}: handlers {Format.Ms(worst.Processing.Now)}, before {Format.Ms(worst.Processing.Before)}");
        var hot = situation.Now.Types.Types.Where(type => types.Contains(type.Type)).OrderByDescending(type => type.LongestQueue)
            .Select(type => (Type: type, Actor: situation.Bottleneck(type))).FirstOrDefault(one => one.Actor is not null);
        var symptom = situation.Symptom(types);
        var sentence = hot.Actor is { } actor
            ? $"{symptom}{Situation.Percent(HotActor.QueueShare(hot.Type))} is queueing at {actor.Type}/{actor.Id}, which waits for the {figures.Name} ({details})."
            : $"{symptom}{Situation.Percent(share)} of what handlers of {worst.Type.Type} take longer is spent in the {figures.Name} ({details}).";
        return new Candidate(
            new WhyFinding(
                Cause, figures.Name, sentence, share, evidence, hot.Actor is { } one ? PageLinks.Actor(one.Type, one.Id) : PageLinks.Type(worst.Type.Type)),
            types, Candidate.None);
    }

    private static Candidate Describe(Situation situation, DependencyFigures stalled)
    {
        var waiting = Waiting(situation).ToArray();
        var types = situation.WithSenders(waiting.Select(handler => handler.ActorType));
        return new Candidate(
            new WhyFinding(
                Cause, stalled.Name,
                $"The {stalled.Name} does not answer: {Situation.Count(stalled.InUse, "call")} (`{stalled.Operation}`) not ended, and {Situation.Count(waiting.Length, "handler")} waiting, {waiting[0].ActorType}/{waiting[0].ActorId} for {Format.Ms(waiting[0].ForMs)}.",
                1, [$"{Format.Rate(stalled.CallsPerSecond)} ended", $"{stalled.InUse} running"], PageLinks.Actor(waiting[0].ActorType, waiting[0].ActorId)),
            types, Candidate.None);
    }

    // A call that writes to a database that does not answer takes as long as that.
    private static bool WaitedInStall(Situation situation, Call call) => situation.Stalls.Any(stall =>
        stall.IsInFigures(situation.Now.At)
        && call.P95.Now / stall.Length.TotalMilliseconds is >= MinPartOfStall and <= MaxPartOfStall);

    private static bool HasEnough(Situation situation, DependencyFigures one) =>
        situation.PerWindow(one.CallsPerSecond) is var calls && (calls >= WhyLimits.MinSamples || (calls >= MinLongCalls && one.MeanMs >= Long));

    private static bool IsStalled(Situation situation, DependencyFigures one)
    {
        if (one is not { InUse: > 0, Limit: null } || !Waiting(situation).Any())
        {
            return false;
        }

        var rate = situation.Of(SnapshotHistory.OfDependency(one.Name, one.Operation, SnapshotHistory.Rate), one.CallsPerSecond);
        return rate.Before is { } before && situation.PerWindow(before) >= WhyLimits.MinSamples && rate.Now <= before * Stalled;
    }

    /// <summary>Handlers that run too long, and neither block a thread nor await an actor.</summary>
    private static IEnumerable<StuckHandler> Waiting(Situation situation) =>
        situation.Now.Stuck?.Handlers.Where(handler => handler is { BlocksThread: false, Reason: LongHandler.Slow }) ?? [];

    /// <summary>A kind of call, now and before.</summary>
    private sealed record Call(DependencyFigures Figures, Change P95, Change Mean)
    {
        public double AddedPerSecond => Mean.Increase * Figures.CallsPerSecond;

        public static Call Of(Situation situation, DependencyFigures one) => new(
            one,
            situation.Of(SnapshotHistory.OfDependency(one.Name, one.Operation, SnapshotHistory.P95), one.P95Ms ?? 0),
            situation.Of(SnapshotHistory.OfDependency(one.Name, one.Operation, SnapshotHistory.Mean), one.MeanMs ?? 0));

        public bool IsSlow => P95.HasRisen(WhyLimits.Rise, WhyLimits.MinRiseMs) && Mean.HasRisen(WhyLimits.Rise, WhyLimits.MinRiseMs);

        /// <summary>
        /// The part of the added time of a type's handlers: of the time in all, or of one message if many of them wait for the same
        /// call, as for a write that stores several states.
        /// </summary>
        public double PartOf(SlowerType type) => Math.Min(1, Math.Max(AddedPerSecond / type.AddedPerSecond, Mean.Increase / type.Processing.Increase));
    }
}
