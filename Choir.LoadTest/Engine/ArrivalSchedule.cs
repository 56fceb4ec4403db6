using Choir.LoadTest.Profiles;

namespace Choir.LoadTest.Engine;

/// <summary>The intended starts of the operations of a stage, in seconds from the begin of the stage.</summary>
/// <remarks>
/// The number of arrivals that are expected until a time is the integral of the rate. Arrivals at constant (uniform) or at
/// exponentially distributed (Poisson) distances in this number are mapped back to time, which is exact for rates that change
/// linearly.
/// </remarks>
internal static class ArrivalSchedule
{
    public static IEnumerable<double> Of(Stage stage, Arrivals arrivals, ulong seed)
    {
        var length = stage.Duration.TotalSeconds;
        var random = new SplitMix(seed);
        for (var expected = First(ref random, arrivals); ; expected += Distance(ref random, arrivals))
        {
            if (TimeOf(expected, stage.FromRate, stage.ToRate, length) is not { } time || time >= length)
            {
                yield break;
            }

            yield return time;
        }
    }

    /// <summary>The time until which <paramref name="expected"/> arrivals are expected; null if that is after the end.</summary>
    public static double? TimeOf(double expected, double from, double to, double length)
    {
        var acceleration = (to - from) / length;
        var root = (from * from) + (2 * acceleration * expected);
        if (root < 0)
        {
            return null;
        }

        // This form of the solution of acceleration / 2 * t^2 + from * t = expected does not cancel digits.
        var divisor = from + Math.Sqrt(root);
        return divisor > 0 ? 2 * expected / divisor : null;
    }

    private static double First(ref SplitMix random, Arrivals arrivals) =>
        arrivals == Arrivals.Uniform ? 0.5 : random.NextExponential();

    private static double Distance(ref SplitMix random, Arrivals arrivals) =>
        arrivals == Arrivals.Uniform ? 1 : random.NextExponential();
}
