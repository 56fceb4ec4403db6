namespace Choir.Observatory.Why;

/// <summary>A possible cause.</summary>
/// <param name="Finding">What would be said.</param>
/// <param name="Explains">The actor types whose slowness, queues and failures follow from it.</param>
/// <param name="Types">The actor types that it is about: it is left out if another cause explains all of them. Empty for what is never a consequence.</param>
internal sealed record Candidate(WhyFinding Finding, IReadOnlySet<string> Explains, IReadOnlySet<string> Types)
{
    public static IReadOnlySet<string> None { get; } = new HashSet<string>();

    public bool IsExplainedBy(Candidate other) => Types.Count > 0 && Types.All(other.Explains.Contains);
}
