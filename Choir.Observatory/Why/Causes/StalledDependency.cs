using Choir.Observatory.Components;

namespace Choir.Observatory.Why.Causes;

/// <summary>Something outside of the actors does not answer, or did not for some seconds.</summary>
internal static class StalledDependency
{
    public const string Cause = "stalled-dependency";

    private const int MaxTypes = 3;

    public static IEnumerable<Candidate> Find(Situation situation) => situation.Stalls.GroupBy(stall => stall.Dependency)
        .Select(stalls => Describe(situation, stalls.OrderBy(stall => stall.EndedAt ?? DateTimeOffset.MaxValue).Last(), stalls.Count()));

    private static Candidate Describe(Situation situation, Stall stall, int count)
    {
        var operations = string.Join(", ", stall.Operations.Take(MaxTypes).Select(operation => $"`{operation}`"));
        var types = string.Join(", ", stall.Types.Take(MaxTypes)) + (stall.Types.Count > MaxTypes ? " and others" : "");
        var sentence = stall.EndedAt is null
            ? $"The {stall.Dependency} has not answered since {Format.Time(stall.From)}, for {Format.Span(stall.Length)}: {Situation.Count(stall.Calls, "call")} ({operations}) not ended, and no message to {types} succeeded."
            : $"The {stall.Dependency} did not answer for {Format.Span(stall.Length)} from {Format.Time(stall.From)}: up to {Situation.Count(stall.Calls, "call")} ({operations}) waited, and no message to {types} succeeded.";
        return new Candidate(
            new WhyFinding(
                Cause, stall.Dependency, sentence, Share(situation, stall),
                [
                    $"began {Format.Time(stall.From)}", stall.EndedAt is { } ended ? $"ended {Format.Time(ended)}" : "lasts",
                    .. count > 1 ? [$"{count} times in the last {Format.Span(WhyLimits.StallAge)}"] : Array.Empty<string>(),
                ],
                PageLinks.Type(stall.Types[0])),
            stall.IsInFigures(situation.Now.At) ? Explained(situation, stall) : Candidate.None, Candidate.None);
    }

    // If most of the messages wait, the others wait for threads, for locks or for these.
    private static IReadOnlySet<string> Explained(Situation situation, Stall stall) => stall.TypesHandleMost
        ? situation.WithSenders(situation.Now.Types.Types.Select(type => type.Type))
        : situation.WithSenders(stall.Types);

    // While it lasts it explains everything; afterwards its part of the time since it began.
    private static double Share(Situation situation, Stall stall) =>
        stall.EndedAt is null ? 1 : Math.Clamp(stall.Length / (situation.Now.At - stall.From), 0.01, 1);
}
