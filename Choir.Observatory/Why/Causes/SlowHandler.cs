using Choir.Actors.Inspection;
using Choir.Observatory.Components;

namespace Choir.Observatory.Why.Causes;

/// <summary>The handlers of a type take longer than before, and nothing outside of them explains it.</summary>
internal static class SlowHandler
{
    public const string Cause = "slow-handler";

    public static IEnumerable<Candidate> Find(Situation situation) => situation.Slower.Select(slower =>
    {
        var type = slower.Type;
        var kind = situation.Now.Flow.Edges.Where(edge => edge.ActorType == type.Type).MaxBy(edge => edge.MessagesPerSecond * (edge.MeanProcessingMs ?? 0));
        var actor = situation.Bottleneck(type);
        return new Candidate(
            new WhyFinding(
                Cause, type.Type,
                situation.Sentence(
                    [type.Type],
                    $"handlers of {type.Type} take {Format.Ms(slower.Processing.Now)}, {Format.Ms(slower.Processing.Before)} before"
                        + (kind is null ? "" : $", most of it for {kind.MessageType}")
                        + (actor is null ? Busiest(situation, type) : $"; {actor.QueueLength} messages wait at {actor.Type}/{actor.Id}.")),
                slower.Processing.Increase / slower.Processing.Now,
                [$"since {Situation.Time(slower.Processing.Since)}", $"{Format.Rate(type.MessagesPerSecond)}{Situation.Queueing(type.MeanQueueMs)}"],
                PageLinks.Type(type.Type)),
            situation.WithSenders(type.Type), new HashSet<string> { type.Type });
    });

    private static string Busiest(Situation situation, ActorTypeFigures type) =>
        situation.ByBusyTime(type.Type) is [var busiest, ..] && Situation.IsBusy(busiest)
            ? $"; {busiest.Type}/{busiest.Id} is busy all the time, with {Situation.Percent(Math.Min(1, busiest.BusySeconds * 1_000 / (situation.PerWindow(type.MessagesPerSecond) * type.MeanProcessingMs!.Value)))} of the time in them."
            : ".";
}
