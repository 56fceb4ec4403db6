using Choir.Observatory.Components;

namespace Choir.Observatory.Why.Causes;

/// <summary>A handler blocks a thread of the pool for long, instead of awaiting.</summary>
internal static class BlockedThread
{
    public const string Cause = "blocked-thread";

    public static IEnumerable<Candidate> Find(Situation situation)
    {
        var blocking = situation.Now.Stuck?.Handlers.Where(handler => handler.BlocksThread).ToArray() ?? [];
        if (blocking.Length == 0)
        {
            yield break;
        }

        var worst = blocking[0];
        var host = situation.Now.Hosts.Hosts.FirstOrDefault(one => one.Name == worst.Host);
        var chains = situation.Now.Stuck!.Chains.Where(chain => chain.Path[^1] == $"{worst.ActorType}/{worst.ActorId}").ToArray();
        var queue = situation.LongestQueue(worst.ActorType) is { } longest && longest.Id == worst.ActorId ? longest.QueueLength : 0;
        yield return new Candidate(
            new WhyFinding(
                Cause, $"{worst.ActorType}/{worst.ActorId}",
                $"{worst.ActorType}/{worst.ActorId} has blocked a thread of {worst.Host} for {Format.Ms(worst.ForMs)}, handling {worst.MessageType ?? "a timer"}, instead of awaiting"
                    + (blocking.Length > 1 ? $"; so do {Situation.Count(blocking.Length - 1, "more handler")}" : "")
                    + (queue > 0 ? $"; waiting for it: {Situation.Count(queue, "message")}" : "")
                    + (chains.Length > 0 ? $"; waiting for its reply: {Situation.Count(chains.Length, "actor")}." : "."),
                1,
                [
                    $"{blocking.Length} of {host?.ThreadPoolThreads.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "?"} threads",
                    $"running since {Situation.Time(worst.Since)}",
                ],
                PageLinks.Actor(worst.ActorType, worst.ActorId)),
            situation.WithSenders(blocking.Select(handler => handler.ActorType)), Candidate.None);
    }
}
