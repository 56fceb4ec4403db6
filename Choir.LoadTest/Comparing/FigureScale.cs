using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Comparing;

/// <summary>The scale on which values of a figure are compared.</summary>
public enum FigureScale
{
    /// <summary>Logarithms: noise is a percentage of the value.</summary>
    Logarithm,

    /// <summary>Plain differences: for shares, and for figures that can be negative.</summary>
    Difference,
}

/// <summary>Values on their scale.</summary>
internal static class FigureScales
{
    // A value of zero has no logarithm; it counts as this share of the largest value.
    private const double ZeroCountsAs = 1e-3;

    /// <summary>Whether the figure is a share, from 0 to 1.</summary>
    public static bool IsShare(string unit) => unit == "1";

    /// <summary>The scale for a figure with these values.</summary>
    public static FigureScale Of(string unit, IEnumerable<double> values) =>
        IsShare(unit) || values.Any(value => value < 0) ? FigureScale.Difference : FigureScale.Logarithm;

    /// <summary>The values on a scale.</summary>
    public static double[] Apply(this FigureScale scale, IReadOnlyCollection<double> values)
    {
        if (scale == FigureScale.Difference)
        {
            return [.. values];
        }

        var largest = values.Count == 0 ? 0 : values.Max();
        return [.. values.Select(value => largest <= 0 ? 0 : Math.Log(Math.Max(value, largest * ZeroCountsAs)))];
    }

    /// <summary>All finite values of a figure.</summary>
    public static IEnumerable<double> FiniteValues(this Figure figure) =>
        figure.Blocks.Append(figure.Value).Where(double.IsFinite);
}
