using Choir.Actors.Inspection;
using Choir.Observatory.Components;
using Choir.Observatory.History;

namespace Choir.Observatory.Why.Causes;

/// <summary>Messages wait at one actor, which handles one after the other, although its handlers are as fast as before.</summary>
internal static class HotActor
{
    public const string Cause = "hot-actor";

    public static IEnumerable<Candidate> Find(Situation situation)
    {
        foreach (var type in situation.Now.Types.Types)
        {
            // Others are refused for their own sake, such as messages of an unknown type, whichever actor they are sent to.
            var refused = type.RefusedByFullQueue;
            if (type.QueueLength is not { } waiting || situation.Bottleneck(type) is not { } actor
                || (IsUsual(situation, type) && refused < WhyLimits.MinErrors))
            {
                continue;
            }

            var share = QueueShare(type) * actor.QueueLength / Math.Max(actor.QueueLength, waiting);
            var messages = situation.PerWindow(type.MessagesPerSecond);
            var part = messages > 0 ? Math.Min(1, actor.Messages / messages) : 0;
            yield return new Candidate(
                new WhyFinding(
                    Cause, $"{actor.Type}/{actor.Id}",
                    $"{situation.Symptom([type.Type])}{Situation.Percent(share)} is queueing at {actor.Type}/{actor.Id}, where {Format.Count(actor.QueueLength)} messages wait: it gets {Situation.Percent(part)} of the messages of its type and handles one after the other, in {Format.Ms(actor.MeanProcessingSeconds * 1_000)} each{Refused(refused)}.",
                    share,
                    [
                        $"{Format.Count(actor.QueueLength)} of {Format.Count(waiting)} waiting messages of the type",
                        $"busy {Format.Number(actor.BusySeconds)} s of the last minute", $"queueing {Format.Ms(type.MeanQueueMs)}, handlers {Format.Ms(type.MeanProcessingMs)}",
                    ],
                    PageLinks.Actor(actor.Type, actor.Id)),
                Candidate.None, new HashSet<string> { type.Type });
        }
    }

    // A queue that is always long may be so by design, if it refuses nothing.
    private static bool IsUsual(Situation situation, ActorTypeFigures type) =>
        situation.Of(SnapshotHistory.OfType(type.Type, SnapshotHistory.LongestQueue), type.LongestQueue ?? 0).Before > type.LongestQueue / 2.0;

    private static string Refused(long messages) =>
        messages < WhyLimits.MinErrors ? "" : $"; {Situation.Count(messages, "message")} of the last minute were refused because the queue was full";

    /// <summary>The part of queueing in the time from sending a message to the end of its handler; 1 if nothing ended.</summary>
    public static double QueueShare(ActorTypeFigures type) =>
        type.MeanQueueMs + type.MeanProcessingMs is > 0 and { } all ? type.MeanQueueMs!.Value / all : 1;
}
