using Choir.Actors.Inspection;
using Choir.Observatory.Components;
using Choir.Observatory.History;

namespace Choir.Observatory.Why.Causes;

/// <summary>Calls to something outside of the actors fail.</summary>
internal static class FailingDependency
{
    public const string Cause = "failing-dependency";

    public static IEnumerable<Candidate> Find(Situation situation)
    {
        foreach (var one in situation.Now.Dependencies.Where(one => !situation.Stalled.Contains(one.Name)))
        {
            var failures = situation.PerWindow(one.CallsPerSecond * one.ErrorShare);
            var share = situation.Of(SnapshotHistory.OfDependency(one.Name, one.Operation, SnapshotHistory.ErrorShare), one.ErrorShare);
            if (failures < WhyLimits.MinErrors || one.ErrorShare < WhyLimits.HighErrorShare)
            {
                continue;
            }

            // Failed calls cannot be told by their callers: a type fails because of them if it fails about as often.
            var failing = situation.Now.Types.Types
                .Where(type => situation.PerWindow(type.ErrorShare * type.MessagesPerSecond) is var errors
                    && errors >= WhyLimits.MinErrors && errors <= failures / WhyLimits.MinExplained)
                .ToArray();
            var before = share.Before is { } usual ? $", {Format.Share(usual)} before" : "";
            yield return new Candidate(
                new WhyFinding(
                    Cause, one.Name,
                    $"{Situation.Percent(one.ErrorShare)} of the calls to the {one.Name} (`{one.Operation}`) fail{before}"
                        + (failing.Length > 0 ? $", and with them messages to {string.Join(", ", failing.Select(type => type.Type))}{Reason(situation, failing)}." : "."),
                    one.ErrorShare, [$"{Situation.Count((long)Math.Round(failures), "failed call")} in the last minute"], failing.Length > 0 ? PageLinks.Type(failing[0].Type) : null),
                situation.WithSenders(failing.Select(type => type.Type)), Candidate.None);
        }
    }

    // What the callers' failures say: that of most of them, apart from numbers and ids.
    private static string Reason(Situation situation, ActorTypeFigures[] failing) =>
        failing.SelectMany(type => situation.Failures(type.Type, null, type.ErrorShare * type.MessagesPerSecond))
            .GroupBy(hop => ErrorKind.Of(hop.Error)).MaxBy(same => same.Count()) is { } most
            ? $": '{ErrorKind.Shorten(most.First().Error!)}'"
            : "";
}
