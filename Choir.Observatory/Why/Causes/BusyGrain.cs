using Choir.Actors.Inspection;
using Choir.Observatory.Components;
using Choir.Observatory.History;

namespace Choir.Observatory.Why.Causes;

/// <summary>One ordinary grain handles calls all the time, although its handlers are as fast as before, so that further calls wait for their turn. Their number is not known.</summary>
internal static class BusyGrain
{
    public const string Cause = "busy-grain";

    private const double WindowSeconds = 60;

    public static IEnumerable<Candidate> Find(Situation situation)
    {
        foreach (var type in situation.Now.Types.Types.Where(type => Suspects.MayHaveBusyGrain(type) && !situation.SlowerNames.Contains(type.Type)))
        {
            var all = type.MessagesPerSecond * type.MeanProcessingMs!.Value / 1_000;
            if (Busiest(situation, type) is { } grain && Before(situation, type) is { } before && all >= before * WhyLimits.BusyGrowth)
            {
                yield return Describe(situation, type, grain, Math.Min(1, grain.BusySeconds / WindowSeconds / all), before);
            }
        }
    }

    private static Candidate Describe(Situation situation, ActorTypeFigures type, Choir.Actors.HotActor grain, double share, double before)
    {
        var part = Math.Min(1, grain.Messages / Math.Max(1, situation.PerWindow(type.MessagesPerSecond)));
        return new Candidate(
            new WhyFinding(
                Cause, $"{grain.Type}/{grain.Id}",
                $"{grain.Type}/{grain.Id} is busy for {Format.Number(Math.Min(WindowSeconds, grain.BusySeconds))} s of a minute, so its calls wait for each other: it gets {Situation.Percent(part)} of the calls of its type and handles one after the other, in {Format.Ms(grain.MeanProcessingSeconds * 1_000)} each.",
                share,
                [
                    $"all grains of the type together were busy for {Format.Number(before * WindowSeconds)} s of a minute before",
                    $"{Format.Rate(type.MessagesPerSecond)}; how many calls wait is not known",
                ],
                PageLinks.Actor(grain.Type, grain.Id)),
            situation.WithSenders(type.Type), new HashSet<string> { type.Type });
    }

    // Of one that handles few calls, a single long one may be the reason, which is another cause.
    private static Choir.Actors.HotActor? Busiest(Situation situation, ActorTypeFigures type) =>
        situation.Now.Suspects.FirstOrDefault(suspect => suspect.Figures.Type == type.Type)?.Hottest.ByBusyTime is [var busiest, ..]
            && busiest.BusySeconds >= WhyLimits.BusyGrain * WindowSeconds && busiest.Messages >= WhyLimits.MinSamples
            ? busiest
            : null;

    // The time in the handlers of all grains of a type, in s per second; null if nothing is known.
    private static double? Before(Situation situation, ActorTypeFigures type) =>
        situation.Of(SnapshotHistory.OfType(type.Type, SnapshotHistory.Rate), 0).Before
            * (situation.Of(SnapshotHistory.OfType(type.Type, SnapshotHistory.ProcessingTime), 0).Before ?? 0) / 1_000;
}
