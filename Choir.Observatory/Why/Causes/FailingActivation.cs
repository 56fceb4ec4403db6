using Choir.Actors.Inspection;
using Choir.Observatory.Components;

namespace Choir.Observatory.Why.Causes;

/// <summary>Actors of a type cannot be activated: their storage, their constructor or their start fails.</summary>
internal static class FailingActivation
{
    public const string Cause = "failing-activation";

    public static IEnumerable<Candidate> Find(Situation situation) => situation.Now.Types.Types
        .Where(type => type.FailedActivations >= WhyLimits.MinErrors && Share(type) >= WhyLimits.HighErrorShare)
        .OrderByDescending(type => type.FailedActivations)
        .Select(type => new Candidate(
            new WhyFinding(
                Cause, type.Type,
                $"{Situation.Percent(Share(type))} of the activations of {type.Type} fail{(type.ActivationError is { } error ? $": '{ErrorKind.Shorten(error)}'" : "")}; so do the {(type.IsGrain ? "calls" : "messages")} for which they were made.",
                Share(type), [$"{Format.Count(type.FailedActivations)} of {Format.Count(type.Activations)} in the last minute"], PageLinks.Type(type.Type)),
            situation.WithSenders(type.Type), new HashSet<string> { type.Type }));

    private static double Share(ActorTypeFigures type) => (double)type.FailedActivations / Math.Max(1, type.Activations);
}
