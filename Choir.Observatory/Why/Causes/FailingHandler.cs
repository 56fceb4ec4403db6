using Choir.Actors.Inspection;
using Choir.Observatory.Components;
using Choir.Observatory.History;

namespace Choir.Observatory.Why.Causes;

/// <summary>Messages of one type fail more often than before.</summary>
internal static class FailingHandler
{
    public const string Cause = "failing-handler";

    /// <summary>The most message types that are compared with before.</summary>
    private const int MaxKinds = 10;

    public static IEnumerable<Candidate> Find(Situation situation)
    {
        var all = situation.Now.Flow.Edges.Sum(edge => edge.ErrorsPerSecond);
        var kinds = situation.Now.Flow.Edges.Where(edge => edge.ErrorsPerSecond > 0)
            .GroupBy(edge => (edge.ActorType, edge.MessageType))
            .OrderByDescending(kind => kind.Sum(edge => edge.ErrorsPerSecond))
            .Take(MaxKinds);
        foreach (var kind in kinds)
        {
            var (errors, rate) = (kind.Sum(edge => edge.ErrorsPerSecond), kind.Sum(edge => edge.MessagesPerSecond));
            var before = Before(situation, kind);
            var share = errors / rate;
            if (situation.PerWindow(errors) < WhyLimits.MinErrors || share < WhyLimits.MinErrorShare
                || (share < WhyLimits.HighErrorShare && !(share >= before * WhyLimits.Rise)))
            {
                continue;
            }

            yield return Describe(situation, kind.Key.ActorType, kind.Key.MessageType, share, before, errors, all);
        }
    }

    private static Candidate Describe(Situation situation, string type, string message, double share, double? before, double errors, double all)
    {
        var (failures, ofAll) = (situation.Failures(type, message, errors), errors / all);
        var actor = failures.GroupBy(hop => hop.ActorId).OrderByDescending(same => same.Count()).FirstOrDefault();
        var isOne = failures.Count >= WhyLimits.MinErrors && actor!.Count() > failures.Count * WhyLimits.MinConcentration;
        var reason = (isOne ? actor! : (IEnumerable<MessageHop>)failures).GroupBy(hop => ErrorKind.Of(hop.Error)).OrderByDescending(same => same.Count()).FirstOrDefault();
        var withReason = failures.Count(hop => ErrorKind.Of(hop.Error) == reason?.Key);
        var subject = isOne ? $"{type}/{actor!.Key}" : type;
        return new Candidate(
            new WhyFinding(
                Cause, subject,
                $"{Situation.Percent(share)} of {message} at {type} fail{(before is { } usual ? $", {Format.Share(usual)} before" : "")}"
                    + (isOne ? $", most of them at {subject}" : "")
                    + (reason is null ? "" : $"{(withReason > failures.Count * WhyLimits.MinConcentration ? "" : ", most often")}: '{ErrorKind.Shorten(reason.First().Error!)}'")
                    + (ofAll < 0.995 ? $"; these are {Situation.Percent(ofAll)} of all failures." : "; nothing else fails."),
                ofAll, failures.Count == 0 ? [] : [$"{withReason} of the last {failures.Count} failures have this reason, apart from numbers and ids"],
                failures.Count > 0 ? PageLinks.Trace(reason!.First().CorrelationId) : PageLinks.Type(type)),
            // An actor that fails repeatedly is restarted with pauses, so that its messages wait; and whoever asks it fails too.
            situation.WithSenders(type), new HashSet<string> { type });
    }

    // The share of failures before, over the edges of a message type; null if nothing is known.
    private static double? Before(Situation situation, IEnumerable<FlowEdgeView> kind)
    {
        var (errors, rate) = (0.0, 0.0);
        foreach (var edge in kind)
        {
            errors += Of(edge, SnapshotHistory.Errors) ?? 0;
            rate += Of(edge, SnapshotHistory.Rate) ?? 0;
        }

        return rate > 0 ? errors / rate : null;

        double? Of(FlowEdgeView edge, string figure) =>
            situation.Of(SnapshotHistory.OfEdge(edge.SourceType, edge.ActorType, edge.MessageType, figure), 0).Before;
    }
}
