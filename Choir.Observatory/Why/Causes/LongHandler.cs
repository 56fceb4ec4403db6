using Choir.Actors.Inspection;
using Choir.Observatory.Components;
using Choir.Observatory.History;

namespace Choir.Observatory.Why.Causes;

/// <summary>A handler has been awaiting something for long, and messages wait behind it; or many handlers of one type have.</summary>
internal static class LongHandler
{
    public const string Cause = "long-handler";

    /// <summary>The reason of a stuck handler that is busy, or awaits something other than an actor.</summary>
    public const string Slow = "slow";

    private const string Blocked = "blocked";

    public static IEnumerable<Candidate> Find(Situation situation)
    {
        var unusual = situation.Now.Stuck?.Handlers
            .Where(handler => !handler.BlocksThread && (handler.Reason == Slow || AwaitsTurn(situation, handler)) && IsUnusual(situation, handler)).ToArray() ?? [];
        if (unusual is not [var worst, ..])
        {
            yield break;
        }

        var (type, name) = (worst.ActorType, $"{worst.ActorType}/{worst.ActorId}");
        var waiting = situation.Now.Stuck!.Chains.Count(chain => chain.Path[^1] == name);
        var queue = situation.LongestQueue(type) is { } longest && longest.Id == worst.ActorId ? longest.QueueLength : 0;
        var figures = situation.Now.Types.Types.FirstOrDefault(one => one.Type == type);
        var isGrain = figures is { IsGrain: true };
        if (waiting == 0 && queue == 0 && !isGrain)
        {
            if (unusual.Count(handler => handler.ActorType == type) is >= WhyLimits.MinSamples and var many)
            {
                yield return Many(situation, worst, many);
            }

            yield break;
        }

        var all = situation.Now.Types.Types.Sum(one => one.QueueLength ?? 0) + situation.Now.Stuck.Waits.Count;
        yield return new Candidate(
            new WhyFinding(
                Cause, name,
                $"{name} has been handling {worst.MessageType ?? "a timer"} for {Format.Ms(worst.ForMs)}"
                    + (queue > 0 ? $"; waiting behind it: {Situation.Count(queue, "message")}" : "")
                    + (waiting > 0 ? $"; waiting for its reply: {Situation.Count(waiting, "actor")}" : "")
                    + (figures is { IsGrain: true, IsSequential: true } ? "; how many calls wait for their turn is not known" : "")
                    + (unusual.Length > 1 ? $"; {Situation.Count(unusual.Length - 1, "other handler")} {(unusual.Length == 2 ? "runs" : "run")} unusually long too." : "."),
                isGrain ? 1 : Math.Min(1, (double)(queue + waiting) / Math.Max(1, all)), [
                    $"running since {Situation.Time(worst.Since)} on {worst.Host}",
                    .. StackText.Of(worst.Stack) is { } stands ? [$"it {stands}"] : Array.Empty<string>(),
                ],
                PageLinks.Actor(type, worst.ActorId)),
            situation.WithSenders(type), new HashSet<string> { type });
    }

    private static Candidate Many(Situation situation, StuckHandler worst, int count) => new(
        new WhyFinding(
            Cause, worst.ActorType,
            $"{(situation.Now.Stuck!.IsCut ? "At least " : "")}{Situation.Count(count, "handler")} of {worst.ActorType} {(count == 1 ? "has" : "have")} not ended, the first for {Format.Ms(worst.ForMs)} ({worst.MessageType ?? "a timer"} at {worst.ActorId}).",
            (double)count / situation.Now.Stuck.Handlers.Count,
            [$"running since {Situation.Time(worst.Since)} on {worst.Host}", .. StackText.Of(worst.Stack) is { } stands ? [$"it {stands}"] : Array.Empty<string>()],
            PageLinks.Type(worst.ActorType)),
        situation.WithSenders(worst.ActorType), new HashSet<string> { worst.ActorType });

    // An ordinary grain that awaits the answer of a call that has not begun: its turn has not come, or it is a deadlock.
    private static bool AwaitsTurn(Situation situation, StuckHandler handler) =>
        handler.Reason == Blocked && !situation.Now.Stuck!.Waits.Any(wait => wait.ActorType == handler.ActorType && wait.ActorId == handler.ActorId);

    // Some handlers take long by design. Without a time before, only one that takes much longer than what counts as slow is unusual.
    private static bool IsUnusual(Situation situation, StuckHandler handler) =>
        situation.Of(SnapshotHistory.OfType(handler.ActorType, SnapshotHistory.ProcessingTime), handler.ForMs) is var time
        && (time.Before is null ? handler.ForMs >= situation.Now.Stuck!.SlowAfterMs * WhyLimits.Rise : time.HasRisen(WhyLimits.Rise, 0));
}
