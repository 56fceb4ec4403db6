using Choir.Observatory.Components;
using Choir.Observatory.History;

namespace Choir.Observatory.Why.Causes;

/// <summary>Many more messages come than before, and they wait for their actors.</summary>
internal static class RisingLoad
{
    public const string Cause = "load";

    public static IEnumerable<Candidate> Find(Situation situation)
    {
        foreach (var type in situation.Now.Types.Types.Where(type => type.MeanQueueMs >= WhyLimits.MinRiseMs && situation.PerWindow(type.MessagesPerSecond) >= WhyLimits.MinSamples))
        {
            var rate = situation.Of(SnapshotHistory.OfType(type.Type, SnapshotHistory.Rate), type.MessagesPerSecond);
            var queue = situation.Of(SnapshotHistory.OfType(type.Type, SnapshotHistory.QueueTime), type.MeanQueueMs!.Value);
            if (situation.Bottleneck(type) is not null || !rate.HasRisen(WhyLimits.Rise, 0) || !queue.HasRisen(WhyLimits.Rise, WhyLimits.MinRiseMs)
                || queue.Since - rate.Since > WhyLimits.MaxDelay)
            {
                continue;
            }

            var source = situation.Now.Flow.Edges.Where(edge => edge.ActorType == type.Type).MaxBy(edge => edge.MessagesPerSecond);
            yield return new Candidate(
                new WhyFinding(
                    Cause, type.Type,
                    $"{situation.Symptom([type.Type])}{type.Type} gets {Format.Number(rate.Now)} messages a second, {Format.Number(rate.Before ?? 0)} before, and {Situation.Percent(HotActor.QueueShare(type))} of their time is queueing"
                        + (source is null ? "." : $"; most are {source.MessageType} from {source.SourceType}."),
                    HotActor.QueueShare(type), [$"since {Situation.Time(rate.Since)}", $"queueing {Format.Ms(queue.Now)}, before {Format.Ms(queue.Before)}"],
                    PageLinks.Type(type.Type)),
                new HashSet<string> { type.Type }, new HashSet<string> { type.Type });
        }
    }
}
