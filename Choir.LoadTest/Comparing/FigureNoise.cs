using MathNet.Numerics.Distributions;

namespace Choir.LoadTest.Comparing;

/// <summary>How far a figure of two runs differs without a change.</summary>
/// <param name="StandardError">The standard error of the difference, on the figure's scale.</param>
/// <param name="DegreesOfFreedom">How well that is known.</param>
internal readonly record struct FigureNoise(double StandardError, double DegreesOfFreedom)
{
    /// <summary>
    /// The probability with which a figure that has not changed is called changed, if the noise is normal. Heavy tails and noise
    /// that resembles that of the run before increase it about tenfold: at most 1 of 100 must hold with these too.
    /// </summary>
    public const double Level = 0.001;

    // Two values have one degree of freedom; that of a sum of variances may be less by rounding.
    private const double LeastDegrees = 0.9;

    // Beyond these the distribution is the normal one, and its computation for a large finite number is not exact.
    private const double NormalFrom = 1e6;

    /// <summary>
    /// Whether it says anything. Values that no load test measures, in a baseline from elsewhere, overflow or underflow it; the
    /// distribution throws on these.
    /// </summary>
    public bool IsKnown => double.IsFinite(StandardError) && StandardError > 0 && DegreesOfFreedom >= LeastDegrees;

    /// <summary>The difference from which on a figure counts as changed.</summary>
    public double Limit => -StudentT.InvCDF(0, 1, Degrees, Level / 2) * StandardError;

    /// <summary>The probability of a difference at least this large without a change.</summary>
    public double PValue(double difference) =>
        2 * StudentT.CDF(0, 1, Degrees, -Math.Abs(difference) / StandardError);

    private double Degrees => DegreesOfFreedom > NormalFrom ? double.PositiveInfinity : DegreesOfFreedom;
}
