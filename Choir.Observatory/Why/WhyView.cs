namespace Choir.Observatory;

/// <summary>What is wrong now, as far as the figures tell.</summary>
/// <param name="At">The time of the figures.</param>
/// <param name="Findings">One to three findings, the one with the largest share first; empty if nothing stands out.</param>
public sealed record WhyView(DateTimeOffset At, IReadOnlyList<WhyFinding> Findings)
{
    /// <summary>The findings as sentences.</summary>
    public string Text => Findings.Count == 0 ? "Nothing stands out." : string.Join(' ', Findings.Select(finding => finding.Sentence));
}

/// <summary>Something that is wrong.</summary>
/// <param name="Cause">The kind of cause, such as <c>queueing</c>.</param>
/// <param name="Subject">What it concerns, such as <c>ThreadActor/17</c> or <c>database</c>.</param>
/// <param name="Sentence">The finding in a sentence, with its figures.</param>
/// <param name="Share">The share of the time or of the failures that it explains, 0 to 1.</param>
/// <param name="Evidence">The figures that it rests on, each in a few words.</param>
/// <param name="Link">A path below the Observatory's that shows more; null if there is none.</param>
public sealed record WhyFinding(
    string Cause, string Subject, string Sentence, double Share, IReadOnlyList<string> Evidence, string? Link);
