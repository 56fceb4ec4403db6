namespace Choir.LoadTest.Reports.Model;

/// <summary>The comparison of a run with an earlier one.</summary>
/// <param name="BaselineId">The earlier run.</param>
/// <param name="BaselineStartedAt">When it ran.</param>
/// <param name="Calibrated">Whether the machine's noise was measured by runs of the same program.</param>
/// <param name="Warnings">Why the runs may not be comparable: another machine, another profile.</param>
/// <param name="Figures">Each figure that both have.</param>
public sealed record RunComparison(
    Guid BaselineId,
    DateTimeOffset BaselineStartedAt,
    bool Calibrated,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<FigureComparison> Figures);

/// <summary>Whether a figure has changed.</summary>
public enum Change
{
    /// <summary>The difference is within the noise.</summary>
    Same,

    /// <summary>It has improved by more than the noise explains.</summary>
    Better,

    /// <summary>It has become worse by more than the noise explains.</summary>
    Worse,

    /// <summary>Its noise is not known or too large to say anything, or it was not measured: no verdict is possible.</summary>
    Unknown,
}

/// <summary>One figure compared with the earlier run's.</summary>
/// <param name="Name">The figure.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Before">The earlier value.</param>
/// <param name="After">The value now.</param>
/// <param name="Ratio">After divided by before; null if before is 0.</param>
/// <param name="Noise">The difference below which it counts as noise: relative, for shares in points; null if it is not known.</param>
/// <param name="PValue">The probability of such a difference without a change; null if the noise is not known.</param>
/// <param name="Change">The verdict.</param>
public sealed record FigureComparison(
    string Name, string Unit, double Before, double After, double? Ratio, double? Noise, double? PValue, Change Change);
