namespace Choir.LoadTest.Reports.Text;

/// <summary>How values of a unit are shown: divided by a number, with a suffix. An axis has one for all its values.</summary>
/// <param name="Divisor">What a value is divided by.</param>
/// <param name="Suffix">What follows the number, with its leading space.</param>
internal readonly record struct ValueScale(double Divisor, string Suffix)
{
    private static readonly ValueScale[] Durations = [new(1e-6, " µs"), new(1e-3, " ms"), new(1, " s"), new(60, " min"), new(3600, " h")];

    // From these values on the next larger unit is used.
    private static readonly double[] DurationLimits = [1e-3, 1, 300, 10_800];

    private static readonly string[] ByteSuffixes = [" B", " KiB", " MiB", " GiB", " TiB"];

    /// <summary>The scale for values up to a magnitude.</summary>
    /// <param name="magnitude">The largest absolute value.</param>
    /// <param name="unit">The UCUM unit: <c>s</c>, <c>1/s</c>, <c>By</c>, <c>By/s</c>, <c>1</c> for a share, <c>%</c>, or another.</param>
    public static ValueScale For(double magnitude, string unit)
    {
        magnitude = Math.Abs(magnitude);
        return unit switch
        {
            "s" => magnitude == 0 ? Durations[2] : Durations[DurationLimits.Count(limit => magnitude >= limit)],
            "1" => new ValueScale(0.01, " %"),
            "1/s" => new ValueScale(1, "/s"),
            "%" => new ValueScale(1, " %"),
            "" => new ValueScale(1, ""),
            _ when unit == "By" || unit.StartsWith("By/", StringComparison.Ordinal) => Bytes(magnitude, OutsideText.Clean(unit[2..], 20)),
            ['{', .. var annotation, '}'] => new ValueScale(1, $" {OutsideText.Clean(annotation, 20)}"),
            _ => new ValueScale(1, $" {OutsideText.Clean(unit, 20)}"),
        };
    }

    private static ValueScale Bytes(double magnitude, string per)
    {
        var power = magnitude < 1 ? 0 : Math.Min(ByteSuffixes.Length - 1, (int)(Math.Log2(magnitude) / 10));
        return new ValueScale(Math.Pow(1024, power), ByteSuffixes[power] + per);
    }
}
