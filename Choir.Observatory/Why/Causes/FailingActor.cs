using Choir.Actors.Inspection;
using Choir.Observatory.Components;

namespace Choir.Observatory.Why.Causes;

/// <summary>All messages of one actor fail, however few of its type these are.</summary>
internal static class FailingActor
{
    public const string Cause = "failing-actor";

    /// <summary>Messages of one that began to fail within the minute have succeeded too.</summary>
    private const double AllErrors = 0.99;

    /// <summary>The actors of a type all of whose messages fail, the one with the most first.</summary>
    public static Choir.Actors.HotActor[] Of(ActorTypeView type) =>
        [.. type.Hottest.ByErrors.Where(actor => actor.Errors >= WhyLimits.MinErrors && actor.Errors >= actor.Messages * AllErrors)];

    public static IEnumerable<Candidate> Find(Situation situation)
    {
        foreach (var suspect in situation.Now.Suspects)
        {
            var failing = Of(suspect);
            if (failing is not [var worst, ..])
            {
                continue;
            }

            var type = suspect.Figures;
            var all = Math.Max(worst.Errors, situation.PerWindow(type.ErrorShare * type.MessagesPerSecond));
            var name = $"{worst.Type}/{worst.Id}";
            var failure = situation.Failures(type.Type, null, type.ErrorShare * type.MessagesPerSecond).FirstOrDefault(hop => hop.ActorId == worst.Id);
            yield return new Candidate(
                new WhyFinding(
                    Cause, name,
                    $"All messages to {name} fail, {Format.Count((long)Math.Round(worst.Errors))} in the last minute{(failure is null ? "" : $": '{ErrorKind.Shorten(failure.Error!)}'")}"
                        + (failing.Length > 1 ? $"; so do those to {Situation.Count(failing.Length - 1, "other actor")} of its type." : "."),
                    Math.Min(1, worst.Errors / all),
                    [
                        $"{Situation.Percent(Math.Min(1, worst.Errors / all))} of the failures of its type",
                        .. type.IsGrain ? Array.Empty<string>() : [$"{Situation.Count(worst.QueueLength, "message")} waiting at it: an actor that fails repeatedly is restarted with pauses"],
                    ],
                    PageLinks.Actor(worst.Type, worst.Id)),
                // Its own queue follows from it; that of another actor, or slow handlers, do not.
                situation.Bottleneck(type)?.Id == worst.Id ? situation.WithSenders(type.Type) : Candidate.None, new HashSet<string> { type.Type });
        }
    }
}
