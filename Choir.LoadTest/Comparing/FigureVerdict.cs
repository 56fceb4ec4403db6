using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Comparing;

/// <summary>The verdict on one figure.</summary>
internal static class FigureVerdict
{
    // With more noise than this, "the same" says nothing: the value may have doubled.
    private const double MaxNoiseOfSame = 1;
    private const double MaxShareNoiseOfSame = 0.2;

    /// <summary>Compares a figure of two runs.</summary>
    /// <param name="before">The figure of the earlier run.</param>
    /// <param name="after">The figure now.</param>
    /// <param name="calibrated">Its measured noise; null if it was not measured.</param>
    /// <param name="runs">The number of runs of the calibration.</param>
    /// <param name="operations">The operations of both runs of which it is a share; null if it is not, or not known.</param>
    public static FigureComparison Of(
        Figure before, Figure after, CalibratedFigure? calibrated, int runs, (long Before, long After)? operations)
    {
        double? ratio = before.Value != 0 && double.IsFinite(after.Value / before.Value) ? after.Value / before.Value : null;
        var result = new FigureComparison(
            after.Name, after.Unit, before.Value, after.Value, ratio, Noise: null, PValue: null, Change.Unknown);
        if (!double.IsFinite(before.Value) || !double.IsFinite(after.Value) || before.Unit != after.Unit)
        {
            return result;
        }

        var scale = FigureScales.Of(after.Unit, [.. before.FiniteValues(), .. after.FiniteValues()]);
        if (calibrated is { Scale: FigureScale.Difference })
        {
            // It was negative in a run of the calibration.
            scale = FigureScale.Difference;
        }

        var floor = NoiseEstimate.Floor(before, after, scale, operations);

        // A figure that is negative for the first time has no noise on the calibration's scale.
        var isCalibrated = calibrated?.Scale == scale && double.IsFinite(calibrated.Deviation) && runs >= 2;
        if (!isCalibrated && operations is { Before: > 0, After: > 0 } counts)
        {
            var (byCounts, probability, isKnown) = ErrorShareVerdict.Of(before, after, counts, floor);
            if (!byCounts.IsKnown)
            {
                return result;
            }

            var verdict = Judge(result, after, probability, Shown(byCounts.Limit, scale, before));
            return isKnown ? verdict : verdict with { Change = Change.Unknown };
        }

        var measured = isCalibrated
            ? NoiseEstimate.FromCalibration(calibrated!, runs, floor)
            : NoiseEstimate.FromBlocks(before, after, scale, floor);
        if (measured is not { IsKnown: true } noise)
        {
            return result;
        }

        var values = scale.Apply([before.Value, after.Value]);
        return Judge(result, after, noise.PValue(values[1] - values[0]), Shown(noise.Limit, scale, before));
    }

    private static FigureComparison Judge(FigureComparison compared, Figure after, double pValue, double? shown)
    {
        var isBetter = after.Value > compared.Before == after.HigherIsBetter;
        var maxNoise = FigureScales.IsShare(after.Unit) ? MaxShareNoiseOfSame : MaxNoiseOfSame;
        return compared with
        {
            Noise = shown,
            PValue = pValue,
            Change = pValue < FigureNoise.Level ? isBetter ? Change.Better : Change.Worse
                : after.Value == compared.Before || shown <= maxNoise ? Change.Same
                : Change.Unknown,
        };
    }

    private static double? Shown(double limit, FigureScale scale, Figure before)
    {
        var shown = scale == FigureScale.Logarithm ? Math.Exp(limit) - 1
            : FigureScales.IsShare(before.Unit) ? limit
            : limit / Math.Abs(before.Value);
        return double.IsFinite(shown) ? shown : null;
    }
}
