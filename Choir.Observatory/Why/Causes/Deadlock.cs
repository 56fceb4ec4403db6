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
        var errors = situation.Now.Types.Types.Sum(type => situation.PerWindow(type.ErrorShare * type.MessagesPerSecond));
        yield return new Candidate(
            new WhyFinding(
                Cause, last.Path[0],
                $"Actors wait for each other in a cycle: {string.Join(" → ", last.Path)}; {(last.IsOver ? $"{last.MessageType}, which closed it at {Situation.Time(last.At)}, got an error" : "they are ordinary grains, whose calls wait until Orleans ends them with the response timeout")}.",
                errors > 0 ? Math.Min(1, recent.Length / errors) : 1, [$"{Situation.Count(recent.Length, "cycle")} now or in the last two minutes"], "waiting"),
            types, Candidate.None);
    }
}
