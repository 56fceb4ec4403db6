using Choir.Observatory.Components;
using Choir.Observatory.History;

namespace Choir.Observatory.Why.Causes;

/// <summary>A host uses all its processors.</summary>
internal static class BusyProcessors
{
    public const string Cause = "processors";

    public static IEnumerable<Candidate> Find(Situation situation)
    {
        var host = situation.Now.Hosts.Hosts.Where(one => one.CpuShare >= WhyLimits.BusyCpu
            && situation.HasBeen(SnapshotHistory.OfHost(one.Name, SnapshotHistory.Cpu), WhyLimits.BusyCpu)).MaxBy(one => one.CpuShare);

        // Busy processors are no harm in themselves: only if somebody waits longer for it.
        var waiting = host is null ? [] : situation.Now.Types.Types
            .Where(type => type.P95Ms is { } p95 && situation.Of(SnapshotHistory.OfType(type.Type, SnapshotHistory.P95), p95).HasRisen(WhyLimits.Rise, WhyLimits.MinRiseMs))
            .Select(type => type.Type).ToHashSet();
        if (host is null || waiting.Count == 0)
        {
            yield break;
        }

        var busiest = situation.Now.Types.Types.MaxBy(type => type.MessagesPerSecond * (type.MeanProcessingMs ?? 0));
        yield return new Candidate(
            new WhyFinding(
                Cause, host.Name,
                $"{situation.Symptom(waiting)}{host.Name} uses {Situation.Percent(host.CpuShare!.Value)} of its {host.Processors} processors"
                    + (busiest is null ? "." : $"; most handler time is that of {busiest.Type}."),
                host.CpuShare.Value, [$"{host.ThreadPoolQueue} work items wait for a thread"], busiest is null ? null : PageLinks.Type(busiest.Type)),
            Candidate.None, waiting);
    }
}
