using Choir.LoadTest.Reports.Model;
using MathNet.Numerics.Distributions;

namespace Choir.LoadTest.Comparing;

/// <summary>
/// Compares the error shares of two runs without a calibration. The errors are counted, so what chance alone does is known
/// exactly. Errors that come in bursts vary by more than that, as the parts of the runs show.
/// </summary>
internal static class ErrorShareVerdict
{
    // Parts of a run with independent errors seldom vary by more than this multiple of their binomial variance.
    private const double MaxChanceVariance = 2.5;

    // How far the share itself deviates from run to run without a change, as a part of it. The parts of one run cannot show it.
    private const double RunToRunDeviation = 0.2;

    /// <summary>The verdict.</summary>
    /// <param name="before">The earlier share.</param>
    /// <param name="after">The share now.</param>
    /// <param name="operations">The operations of both runs, each more than 0.</param>
    /// <param name="chance">The standard error of the difference by chance alone.</param>
    public static (FigureNoise Noise, double PValue, bool IsKnown) Of(Figure before, Figure after, (long Before, long After) operations, double chance)
    {
        var exact = FisherTest(Errors(before, operations.Before), operations.Before, Errors(after, operations.After), operations.After);
        var byChance = new FigureNoise(chance, double.PositiveInfinity);
        if (exact >= FigureNoise.Level)
        {
            return (byChance, exact, IsKnown: true);
        }

        if (Bursts(before, operations.Before) is not { } first || Bursts(after, operations.After) is not { } second)
        {
            return (byChance, exact, IsKnown: false);
        }

        // Only that of bursts has to be estimated (Satterthwaite).
        var variance = (chance * chance) + Square(RunToRunDeviation * before.Value) + Square(RunToRunDeviation * after.Value) + first.Variance + second.Variance;
        var uncertain = (Square(first.Variance) / first.DegreesOfFreedom) + (Square(second.Variance) / second.DegreesOfFreedom);
        var noise = new FigureNoise(Math.Sqrt(variance), uncertain == 0 ? double.PositiveInfinity : Square(variance) / uncertain);
        if (!noise.IsKnown)
        {
            return (noise, exact, IsKnown: false);
        }

        var pValue = Math.Max(exact, noise.PValue(after.Value - before.Value));

        // More errors than by chance, but fewer than two runs with such bursts may differ by.
        return (noise, pValue, IsKnown: pValue < FigureNoise.Level);
    }

    /// <summary>The probability of shares at least this different if both runs have the same (Fisher's exact test, twice its smaller side).</summary>
    internal static double FisherTest(long errorsBefore, long before, long errorsAfter, long after)
    {
        var (total, errors) = ((int)Math.Min(before + after, int.MaxValue), (int)Math.Min(errorsBefore + errorsAfter, int.MaxValue));
        var distribution = new Hypergeometric(total, errors, (int)Math.Min(after, int.MaxValue));
        var atMost = distribution.CumulativeDistribution(errorsAfter);
        var atLeast = errorsAfter == 0 ? 1 : 1 - distribution.CumulativeDistribution(errorsAfter - 1);
        return Math.Clamp(2 * Math.Min(atMost, atLeast), 0, 1);
    }

    // The variance of the share beyond chance; null if there are too few parts to know it. Clear bursts may also differ from run to run.
    private static BlockVariation? Bursts(Figure figure, long operations)
    {
        if (BlockVariation.Of(figure, FigureScale.Difference) is not { } parts)
        {
            return null;
        }

        var binomial = figure.Value * (1 - figure.Value) / operations;
        var bursts = Math.Max(0, parts.Variance - (MaxChanceVariance * binomial));
        return parts with { Variance = Math.Max(0, parts.Variance - binomial) + ((Square(BlockVariation.RunToRunFactor) - 1) * bursts) };
    }

    private static double Square(double value) => value * value;

    private static long Errors(Figure figure, long operations) => Math.Clamp((long)Math.Round(figure.Value * operations), 0, operations);
}
