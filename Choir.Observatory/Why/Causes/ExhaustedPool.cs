using Choir.Actors.Inspection;
using Choir.Observatory.Components;
using Choir.Observatory.History;

namespace Choir.Observatory.Why.Causes;

/// <summary>All connections of a pool are in use, and callers wait for one, although the calls are as fast as before.</summary>
internal static class ExhaustedPool
{
    public const string Cause = "exhausted-pool";

    public static IEnumerable<Candidate> Find(Situation situation)
    {
        foreach (var pool in situation.Now.Dependencies.Where(IsFull))
        {
            if (!situation.HasBeen(SnapshotHistory.OfDependency(pool.Name, pool.Operation, SnapshotHistory.Waiting), 1))
            {
                continue;
            }

            // Who waits for a connection is slow, or has not even ended in the last minute.
            var waiting = situation.Now.Stuck?.Handlers.Where(handler => handler is { BlocksThread: false, Reason: LongHandler.Slow }) ?? [];
            string[] types = [.. situation.SlowerNames.Union(waiting.Select(handler => handler.ActorType))];
            yield return new Candidate(
                new WhyFinding(
                    Cause, pool.Name,
                    situation.Sentence(types, $"all {pool.Limit} connections of the pool {pool.Operation} to the {pool.Name} are in use; waiting for one: {Situation.Count(pool.Waiting, "caller")}."),
                    pool.Waiting / ((double)pool.Waiting + pool.InUse), [Describe(pool)], types.Length > 0 ? PageLinks.Type(types[0]) : null),
                situation.WithSenders(types), SlowDependencyOf(situation, pool));
        }
    }

    public static bool IsFull(DependencyFigures pool) => pool is { Limit: > 0, Waiting: > 0 } && pool.InUse >= pool.Limit;

    public static string Describe(DependencyFigures pool) => $"pool {pool.Operation} {pool.InUse} of {pool.Limit}, {pool.Waiting} waiting";

    // A slow database names its full pool itself.
    private static IReadOnlySet<string> SlowDependencyOf(Situation situation, DependencyFigures pool) =>
        SlowDependency.Find(situation).Any(slow => slow.Finding.Subject == pool.Name) ? situation.SlowerNames : Candidate.None;
}
