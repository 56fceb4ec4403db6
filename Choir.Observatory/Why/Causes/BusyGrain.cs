using Choir.Actors.Inspection;
using Choir.Observatory.Components;
using Choir.Observatory.History;

namespace Choir.Observatory.Why.Causes;

/// <summary>
/// One actor or ordinary grain handles messages all the time, although its handlers are as fast as before, so that further ones wait for their
/// turn. The number of those at a grain is not known; of those at an actor there are fewer than <see cref="HotActor"/> needs.
/// </summary>
internal static class BusyGrain
{
    public const string Cause = "busy-grain";

    public static IEnumerable<Candidate> Find(Situation situation)
    {
        foreach (var type in situation.Now.Types.Types.Where(type => Suspects.MayHaveBusyActor(type) && !situation.SlowerNames.Contains(type.Type)))
        {
            var all = type.MessagesPerSecond * type.MeanProcessingMs!.Value / 1_000;
            if (Busiest(situation, type) is { } actor && Before(situation, type) is { } before && all >= before * WhyLimits.BusyGrowth)
            {
                yield return Describe(situation, type, actor, Math.Min(1, actor.BusySeconds / Suspects.WindowSeconds / all), before);
            }
        }
    }

    private static Candidate Describe(Situation situation, ActorTypeFigures type, Choir.Actors.HotActor actor, double share, double before)
    {
        var (things, calls) = type.IsGrain ? ("grains", "calls") : ("actors", "messages");
        var part = Math.Min(1, actor.Messages / Math.Max(1, situation.PerWindow(type.MessagesPerSecond)));
        return new Candidate(
            new WhyFinding(
                type.IsGrain ? Cause : HotActor.Cause, $"{actor.Type}/{actor.Id}",
                $"{actor.Type}/{actor.Id} is busy for {Format.Number(Math.Min(Suspects.WindowSeconds, actor.BusySeconds))} s of a minute, so its {calls} wait for each other: it gets {Situation.Percent(part)} of the {calls} of its type and handles one after the other, in {Format.Ms(actor.MeanProcessingSeconds * 1_000)} each.",
                share,
                [
                    $"all {things} of the type together were busy for {Format.Number(before * Suspects.WindowSeconds)} s of a minute before",
                    $"{Format.Rate(type.MessagesPerSecond)}{(type.IsGrain ? "; how many calls wait is not known" : $"; {Situation.Count(actor.QueueLength, "message")} waiting at it{Situation.Queueing(type.MeanQueueMs)}")}",
                ],
                PageLinks.Actor(actor.Type, actor.Id)),
            situation.WithSenders(type.Type), new HashSet<string> { type.Type });
    }

    // An actor whose queue is empty is busy, but keeps nobody waiting. That of a grain is not known; a long one of an actor is another cause.
    private static Choir.Actors.HotActor? Busiest(Situation situation, ActorTypeFigures type) =>
        situation.ByBusyTime(type.Type) is [var busiest, ..] && Situation.IsBusy(busiest)
            && (type.IsGrain || (busiest.QueueLength > 0 && situation.Bottleneck(type) is null))
            ? busiest
            : null;

    // The time in the handlers of all actors of a type, in s per second; null if nothing is known.
    private static double? Before(Situation situation, ActorTypeFigures type) =>
        situation.Of(SnapshotHistory.OfType(type.Type, SnapshotHistory.Rate), 0).Before
            * (situation.Of(SnapshotHistory.OfType(type.Type, SnapshotHistory.ProcessingTime), 0).Before ?? 0) / 1_000;
}
