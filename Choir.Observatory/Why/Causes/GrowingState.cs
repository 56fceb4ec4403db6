using Choir.Observatory.Components;
using Choir.Observatory.History;

namespace Choir.Observatory.Why.Causes;

/// <summary>The states of a type grow, although there are not more actors.</summary>
internal static class GrowingState
{
    public const string Cause = "growing-state";

    public static IEnumerable<Candidate> Find(Situation situation)
    {
        var all = situation.Now.Types.Types.Sum(type => (double)(type.StateSizeBytes ?? 0));
        foreach (var type in situation.Now.Types.Types.Where(type => type.StateSizeBytes >= WhyLimits.MinStateBytes && type.Count > 0))
        {
            var size = situation.Of(SnapshotHistory.OfType(type.Type, SnapshotHistory.StateSize), type.StateSizeBytes!.Value);
            var count = situation.Of(SnapshotHistory.OfType(type.Type, SnapshotHistory.Count), type.Count);
            if (size.Before is not > 0 || count.Before is not > 0
                || !size.HasRisen(WhyLimits.StateGrowth, WhyLimits.MinStateBytes / 2)
                || size.Now / count.Now < WhyLimits.StateGrowth * size.Before.Value / count.Before.Value)
            {
                continue;
            }

            var largest = situation.Now.Suspects.FirstOrDefault(suspect => suspect.Figures.Type == type.Type)?.Hottest.ByStateSize is [var first, ..] ? first : null;
            if (Math.Max(largest?.StateSize ?? 0, size.Now / count.Now) < WhyLimits.LargeState)
            {
                continue;
            }

            var isOne = largest is not null && largest.StateSize >= size.Now * WhyLimits.MinConcentration;
            yield return new Candidate(
                new WhyFinding(
                    Cause, isOne ? $"{type.Type}/{largest!.Id}" : type.Type,
                    $"The states of {type.Type} have grown from {Format.Bytes(size.Before.Value)} to {Format.Bytes(size.Now)}"
                        + (isOne ? $", of which {Format.Bytes(largest!.StateSize)} are {type.Type}/{largest.Id}" : $", {Format.Bytes(size.Now / count.Now)} for each of {Format.Count(type.Count)} actors")
                        + ": each change writes a whole state.",
                    size.Increase / all, [$"{Situation.Count((long)Math.Round(count.Now), "actor")}, before {Format.Count((long)Math.Round(count.Before.Value))}"],
                    isOne ? PageLinks.Actor(type.Type, largest!.Id) : PageLinks.Type(type.Type)),
                Candidate.None, Candidate.None);
        }
    }
}
