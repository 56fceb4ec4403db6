using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Comparing;

/// <summary>The noise of a figure of two runs, from a calibration or from within the runs.</summary>
internal static class NoiseEstimate
{
    // Smaller differences are of no interest, and histograms cannot resolve them.
    private const double MinRelativeDeviation = 0.001;
    private const double MinShareDeviation = 0.0001;

    /// <summary>The noise that was measured from run to run.</summary>
    /// <param name="figure">The calibrated figure.</param>
    /// <param name="runs">The number of runs of the calibration.</param>
    /// <param name="floor">The least standard error of the difference.</param>
    public static FigureNoise FromCalibration(CalibratedFigure figure, int runs, double floor) =>
        // Both runs have the noise of one.
        new(Math.Max(floor, Math.Sqrt(2) * figure.Deviation), runs - 1);

    /// <summary>The noise as the parts of both runs suggest it; null if there are too few.</summary>
    public static FigureNoise? FromBlocks(Figure before, Figure after, FigureScale scale, double floor)
    {
        if (BlockVariation.Of(before, scale) is not { } first || BlockVariation.Of(after, scale) is not { } second)
        {
            return null;
        }

        var variance = first.Variance + second.Variance;
        var error = BlockVariation.RunToRunFactor * Math.Sqrt(variance);
        return error <= floor
            ? new FigureNoise(floor, Math.Min(first.DegreesOfFreedom, second.DegreesOfFreedom))
            : new FigureNoise(error, Welch(first, second, variance));
    }

    /// <summary>The least standard error of the difference, for values that are the same in all runs.</summary>
    /// <param name="before">The earlier value.</param>
    /// <param name="after">The value now.</param>
    /// <param name="scale">The scale of the error.</param>
    /// <param name="operations">The operations of both runs of which the figure is a share; null if it is not, or not known.</param>
    public static double Floor(Figure before, Figure after, FigureScale scale, (long Before, long After)? operations)
    {
        if (scale == FigureScale.Logarithm)
        {
            return Math.Sqrt(2) * MinRelativeDeviation;
        }

        if (!FigureScales.IsShare(after.Unit))
        {
            return Math.Max(
                Math.Sqrt(2) * MinRelativeDeviation * Math.Max(Math.Abs(before.Value), Math.Abs(after.Value)), double.Epsilon);
        }

        var least = Math.Sqrt(2) * MinShareDeviation;
        if (operations is not { Before: > 0, After: > 0 } counts)
        {
            return least;
        }

        // Of few operations even an unchanged share varies by chance (binomial); with one failure and one success more, so that
        // a share of zero does not count as exact.
        var total = (double)counts.Before + counts.After;
        var share = Math.Clamp(((before.Value * counts.Before) + (after.Value * counts.After) + 1) / (total + 2), 0, 1);
        return Math.Max(least, Math.Sqrt(share * (1 - share) * ((1.0 / counts.Before) + (1.0 / counts.After))));
    }

    // The degrees of freedom of a sum of variances (Welch and Satterthwaite).
    private static double Welch(BlockVariation first, BlockVariation second, double variance) =>
        variance * variance
        / ((first.Variance * first.Variance / first.DegreesOfFreedom) + (second.Variance * second.Variance / second.DegreesOfFreedom));
}
