using Choir.LoadTest.Reports.Model;
using MathNet.Numerics.Statistics;

namespace Choir.LoadTest.Comparing;

/// <summary>What the parts of one run say about the noise of its mean.</summary>
/// <param name="Variance">The variance of the mean, on the figure's scale.</param>
/// <param name="DegreesOfFreedom">How well it is known.</param>
internal readonly record struct BlockVariation(double Variance, double DegreesOfFreedom)
{
    /// <summary>
    /// The factor from the noise within runs to the noise from run to run, which the parts of one run cannot show: another
    /// memory layout, other code from the JIT compiler, a busier host.
    /// </summary>
    public const double RunToRunFactor = 3;

    /// <summary>With fewer parts there is no estimate.</summary>
    public const int MinBlocks = 8;

    private const double MaxCorrelation = 0.9;

    /// <summary>The variation of a figure; null if it has fewer than <see cref="MinBlocks"/> parts.</summary>
    public static BlockVariation? Of(Figure figure, FigureScale scale)
    {
        double[] finite = [.. figure.Blocks.Where(double.IsFinite)];
        if (finite.Length < MinBlocks)
        {
            return null;
        }

        var values = scale.Apply(finite);
        // Neighbours that resemble each other count as fewer independent values (as in an autoregressive process of order 1).
        var correlation = Correlation(values);
        var independent = Math.Max(2, values.Length * (1 - correlation) / (1 + correlation));
        // The variance itself is known better than the mean.
        var square = correlation * correlation;
        return new BlockVariation(values.Variance() / independent, Math.Max(1, (values.Length * (1 - square) / (1 + square)) - 1));
    }

    // Of neighbours. A negative one is not used, because it would make the noise smaller. The estimate from few values is too low
    // on average, by about (1 + 4r) / n.
    private static double Correlation(double[] values)
    {
        var mean = values.Mean();
        var total = values.Sum(value => (value - mean) * (value - mean));
        if (total <= 0)
        {
            return 0;
        }

        var neighbours = values.Zip(values.Skip(1), (one, next) => (one - mean) * (next - mean)).Sum();
        var estimate = neighbours / total;
        return Math.Clamp(estimate + ((1 + (4 * estimate)) / values.Length), 0, MaxCorrelation);
    }
}
