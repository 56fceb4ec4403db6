using Choir.Actors.Inspection;
using Choir.Observatory.Components;
using Choir.Observatory.History;

namespace Choir.Observatory.Why.Causes;

/// <summary>Garbage collections stop a host for a large part of the time, or its memory is nearly full.</summary>
internal static class MemoryPressure
{
    public const string Cause = "memory";

    public static IEnumerable<Candidate> Find(Situation situation)
    {
        var worst = situation.Now.Hosts.Hosts.Where(host => Stops(situation, host) || host.MemoryLoad >= WhyLimits.MaxMemoryLoad)
            .OrderByDescending(host => host.GcPauseShare ?? 0).ThenByDescending(host => host.MemoryLoad).FirstOrDefault();
        if (worst is null)
        {
            yield break;
        }

        // A collection stops the running handlers too: it explains slower ones if it takes about as long as they take longer.
        var pauses = worst.GcPauseShare ?? 0;
        var added = situation.Slower.Sum(type => type.AddedPerSecond) / 1_000;
        var explains = added > 0 && pauses / added >= WhyLimits.MinExplained;
        var share = Math.Max(Math.Max(pauses, explains ? Math.Min(1, pauses / added) : 0), worst.MemoryLoad >= WhyLimits.MaxMemoryLoad ? WhyLimits.MinExplained : 0);
        var symptom = explains ? situation.Symptom(situation.SlowerNames) : "";
        var figures = $"{Format.Bytes(worst.HeapBytes)} of objects, {Situation.Percent(worst.MemoryLoad)} of the memory is in use";
        yield return new Candidate(
            new WhyFinding(
                Cause, worst.Name,
                Stops(situation, worst)
                    ? $"{symptom}{worst.Name} stands still for garbage collections {Situation.Percent(pauses)} of the time ({figures})."
                    : $"The memory of {worst.Name} is nearly full ({figures}).",
                share, [$"collections {Format.Share(pauses)} of the time", $"heap {Format.Bytes(worst.HeapBytes)}, process {Format.Bytes(worst.WorkingSetBytes)}"], null),
            explains ? situation.SlowerNames : Candidate.None, Candidate.None);
    }

    private static bool Stops(Situation situation, HostView host) =>
        host.GcPauseShare >= WhyLimits.MinGcPause
        && situation.HasBeen(SnapshotHistory.OfHost(host.Name, SnapshotHistory.GcPause), WhyLimits.MinGcPause)
        && situation.Of(SnapshotHistory.OfHost(host.Name, SnapshotHistory.GcPause), host.GcPauseShare.Value) is var pause
        && (pause.Before is null || pause.HasRisen(WhyLimits.Rise, 0) || pause.Now >= 2 * WhyLimits.MinGcPause);
}
