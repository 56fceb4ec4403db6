using Choir.Observatory.Components;
using Choir.Observatory.History;

namespace Choir.Observatory.Why.Causes;

/// <summary>Work waits for a thread of the pool, for several readings: usually because threads are blocked.</summary>
internal static class FullThreadPool
{
    public const string Cause = "thread-pool";

    public static IEnumerable<Candidate> Find(Situation situation)
    {
        var host = situation.Now.Hosts.Hosts.Where(one => one.ThreadPoolQueue >= WhyLimits.MinPoolQueue
            && situation.HasBeen(SnapshotHistory.OfHost(one.Name, SnapshotHistory.PoolQueue), WhyLimits.MinPoolQueue)
            && !(one.CpuShare >= WhyLimits.BusyCpu)).MaxBy(one => one.ThreadPoolQueue);

        // Blocked threads that are known are named themselves.
        if (host is null || BlockedThread.Find(situation).Any())
        {
            yield break;
        }

        yield return new Candidate(
            new WhyFinding(
                Cause, host.Name,
                $"{Format.Count(host.ThreadPoolQueue)} work items wait for one of the {host.ThreadPoolThreads} threads of {host.Name}, although only {Format.Share(host.CpuShare)} of its processors are used: something blocks threads.",
                (double)host.ThreadPoolQueue / (host.ThreadPoolQueue + host.ThreadPoolThreads), [$"{host.ThreadPoolThreads} threads"], "waiting"),
            Candidate.None, Candidate.None);
    }
}
