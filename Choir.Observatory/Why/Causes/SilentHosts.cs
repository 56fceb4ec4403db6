using Choir.Observatory.Components;
using Choir.Observatory.History;

namespace Choir.Observatory.Why.Causes;

/// <summary>For a time no host answered: they were stopped, frozen, or cut off from the network.</summary>
internal static class SilentHosts
{
    public const string Cause = "silent-hosts";

    public static IEnumerable<Candidate> Find(Situation situation)
    {
        if (situation.Silence is not { } silence)
        {
            yield break;
        }

        // What waited or failed meanwhile is in the figures of the minute after.
        var isInFigures = situation.Now.At - silence.At < WhyLimits.MinRecent + (HistoryStore.Step * 2);
        var share = isInFigures ? 1 : WhyLimits.MinExplained;

        // Whoever asks may have been connected to the host that left: that host stands first.
        share = Math.Min(share, LeftHost.ShareAt(situation, silence.At) ?? share);
        yield return new Candidate(
            new WhyFinding(
                Cause, "hosts", $"{silence.Text}: what was sent to actors meanwhile waited or failed.", share,
                [$"they answer again since {Format.Time(silence.At)}"], null),
            isInFigures ? situation.WithSenders(situation.Now.Types.Types.Select(type => type.Type)) : Candidate.None, Candidate.None);
    }
}
