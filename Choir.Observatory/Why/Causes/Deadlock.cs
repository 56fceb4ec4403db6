using Choir.Actors.Inspection;
using Choir.Observatory.Components;

namespace Choir.Observatory.Why.Causes;

/// <summary>Actors waited for each other in a cycle. The message that closed it got an error at once.</summary>
internal static class Deadlock
{
    public const string Cause = "deadlock";

    public static IEnumerable<Candidate> Find(Situation situation)
    {
        var recent = situation.Now.Stuck?.Deadlocks.Where(one => !one.IsOver || one.At >= situation.Now.At - WhyLimits.DeadlockAge).ToArray() ?? [];
        if (recent.Length == 0)
        {
            yield break;
        }

        var last = recent.MaxBy(one => one.At)!;
        var types = last.Path.Select(actor => actor.Split('/', 2)[0]).ToHashSet();
        var share = Share(situation, recent);
        yield return new Candidate(
            new WhyFinding(
                Cause, last.Path[0],
                $"Actors wait for each other in a cycle: {string.Join(" → ", last.Path)}; {(last.IsOver ? $"{last.MessageType}, which closed it at {Situation.Time(last.At)}, got an error" : "they are ordinary grains, whose calls wait until Orleans ends them with a timeout")}.",
                share, [$"{Situation.Count(recent.Length, "cycle")} now or in the last two minutes"], "waiting"),
            recent.Any(one => !one.IsOver) || share >= WhyLimits.MinExplained ? types : Candidate.None, Candidate.None);
    }

    // Of the messages of the last minute that did not succeed. The one that closes a cycle is refused, or fails.
    private static double Share(Situation situation, DeadlockView[] recent)
    {
        var failed = situation.Now.Types.Types.Sum(type => situation.PerWindow((type.ErrorShare * type.MessagesPerSecond) + type.RejectedPerSecond));
        var cycles = recent.Count(one => !one.IsOver || one.At >= situation.Now.At.AddSeconds(-situation.Now.Flow.WindowSeconds));
        return failed > 0 ? Math.Min(1, Math.Max(1, cycles) / failed) : 1;
    }
}
