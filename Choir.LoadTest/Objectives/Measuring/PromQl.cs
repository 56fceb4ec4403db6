using System.Globalization;

namespace Choir.LoadTest.Objectives.Measuring;

/// <summary>Writes values as PromQL has them.</summary>
internal static class PromQl
{
    public static string Quote(string text) => $"\"{text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    public static string Number(decimal number) => number.ToString("0.############", CultureInfo.InvariantCulture);

    /// <summary>
    /// The matcher of a histogram's bucket. The label is <c>5.0</c> if OpenMetrics was scraped, and in Prometheus 3; <c>5</c> otherwise.
    /// Very small bounds have an exponent.
    /// </summary>
    public static LabelMatcher Bucket(double bound)
    {
        var plain = Plain(bound);
        return bound == Math.Floor(bound) ? new("le", "=~", $@"{plain}|{plain}\.0")
            : bound < 0.000_1 ? new("le", "=~", $@"{Exponent(bound)}|{Exponent(bound).ToUpperInvariant()}|{plain.Replace(".", @"\.", StringComparison.Ordinal)}")
            : new("le", "=", plain);
    }

    /// <summary>The label of a histogram's bucket as OpenMetrics has it.</summary>
    public static string BucketLabel(double bound) =>
        bound == Math.Floor(bound) ? Plain(bound) + ".0" : bound < 0.000_1 ? Exponent(bound) : Plain(bound);

    private static string Plain(double bound) => ((decimal)bound).ToString("0.############", CultureInfo.InvariantCulture);

    private static string Exponent(double bound) => bound.ToString("0.####e-00", CultureInfo.InvariantCulture);
}
