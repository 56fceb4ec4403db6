using System.Globalization;

namespace Choir.LoadTest.Reports.Charts;

/// <summary>Round distances between ticks.</summary>
internal static class Steps
{
    private static readonly double[] Times =
    [
        1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600,
    ];

    /// <summary>The next of 1, 2, 5, 10, 20, …, that is not smaller.</summary>
    public static double Round(double least)
    {
        if (!(least > 0) || !double.IsFinite(least))
        {
            return 1;
        }

        var power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        var factor = least / power;
        return power * (factor <= 1 + 1e-9 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10);
    }

    /// <summary>The next of the usual lengths of time, in seconds, that is not smaller.</summary>
    public static double RoundTime(double least) =>
        Array.Find(Times, time => time >= least) is > 0 and var found ? found : Math.Ceiling(least / Times[^1]) * Times[^1];

    /// <summary>A time since the begin as <c>m:ss</c> or <c>h:mm:ss</c>.</summary>
    public static string Clock(double seconds)
    {
        var whole = (long)Math.Round(Math.Clamp(seconds, 0, 1e9));
        var (minutes, rest) = Math.DivRem(whole, 60);
        return minutes < 60
            ? string.Create(CultureInfo.InvariantCulture, $"{minutes}:{rest:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{minutes / 60}:{minutes % 60:00}:{rest:00}");
    }
}
