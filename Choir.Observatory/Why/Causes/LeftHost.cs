using Choir.Observatory.Components;
using Choir.Observatory.History;

namespace Choir.Observatory.Why.Causes;

/// <summary>A host left the cluster a short time ago: it was stopped, or it died.</summary>
internal static class LeftHost
{
    public const string Cause = "left-host";

    private const int MaxHosts = 3;

    public static IEnumerable<Candidate> Find(Situation situation)
    {
        if (situation.Left is [var latest, ..])
        {
            var present = situation.Now.Hosts.Hosts.Select(host => host.Name).ToHashSet();
            var (left, all) = Count(situation);
            yield return new Candidate(
                new WhyFinding(
                    Cause, latest.Host!,
                    string.Join("; ", situation.Left.Take(MaxHosts).Select(change => $"{change.Text} at {Format.Time(change.At)}{(present.Contains(change.Host!) ? " and is back" : "")}"))
                        + (situation.Left.Count > MaxHosts ? " and others" : "")
                        + ": calls that ran there may have failed, and each actor that was there is activated on another host with its next message.",
                    (double)left / all, [$"{left} of {all} hosts"], null),
                Candidate.None, Candidate.None);
        }
    }

    /// <summary>The share of the hosts that left at about a time; null if none did.</summary>
    public static double? ShareAt(Situation situation, DateTimeOffset time) =>
        situation.Left.Any(change => (change.At - time).Duration() <= WhyLimits.LeftDelay) && Count(situation) is var (left, all) ? (double)left / all : null;

    private static (int Left, int All) Count(Situation situation)
    {
        var left = situation.Left.Select(change => change.Host!).ToHashSet();
        return (left.Count, left.Union(situation.Now.Hosts.Hosts.Select(host => host.Name)).Count());
    }
}
