using Choir.Observatory.History;
using Choir.Observatory.Live;
using Choir.Observatory.Why.Causes;

namespace Choir.Observatory.Why;

/// <summary>
/// Says what is wrong: arithmetic over the figures of a reading and of the time before it, the same for the same figures. See
/// docs/decisions/2026-11-30-why-is-arithmetic.md.
/// </summary>
internal static class WhyEngine
{
    // A cause stands before those that may be its consequences.
    private static readonly Func<Situation, IEnumerable<Candidate>>[] Causes =
    [
        MissingHost.Find, LeftHost.Find, SilentHosts.Find, StalledDependency.Find, SlowDependency.Find, FailingDependency.Find, ExhaustedPool.Find, BlockedThread.Find, Deadlock.Find, MemoryPressure.Find,
        SlowHost.Find, FailingActivation.Find, FailingHandler.Find, FailingActor.Find, BusyGrain.Find, LongHandler.Find, SlowHandler.Find, HotActor.Find, RisingLoad.Find, BusyProcessors.Find, FullThreadPool.Find,
        GrowingState.Find,
    ];

    /// <summary>What stands out in a reading.</summary>
    /// <param name="now">The reading.</param>
    /// <param name="history">The figures before it.</param>
    /// <param name="stalls">What <see cref="StallWatch"/> found.</param>
    /// <param name="events">What changed in the cluster, the latest first.</param>
    public static WhyView Explain(ClusterSnapshot now, HistoryStore history, IReadOnlyList<Stall> stalls, IReadOnlyList<ClusterEvent> events)
    {
        var situation = new Situation(now, history, stalls, events);
        var found = new List<Candidate>();
        foreach (var candidate in Causes.SelectMany(find => find(situation)))
        {
            if (!found.Exists(candidate.IsExplainedBy))
            {
                found.Add(candidate);
            }
        }

        return new WhyView(now.At, [.. found.Select(one => one.Finding).OrderByDescending(one => one.Share).Take(WhyLimits.MaxFindings)]);
    }
}
