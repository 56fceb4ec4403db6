using System.Globalization;
using Choir.LoadTest.Profiles;

namespace Choir.LoadTest.Reports.Text;

/// <summary>Values as text: three digits, with the unit that suits the magnitude.</summary>
internal static class ValueText
{
    /// <summary>What stands for a value that was not measured.</summary>
    public const string None = "–";

    // Of smaller shares no digit means anything.
    private const double LeastShare = 0.0001;

    /// <summary>A measured value in a UCUM unit.</summary>
    public static string Of(double? value, string unit) => value switch
    {
        > 0 and < LeastShare when unit == "1" => "<0.01 %",
        < 0 and > -LeastShare when unit == "1" => ">−0.01 %",
        _ => Scaled(value, unit, Digits),
    };

    /// <summary>A value in a UCUM unit with all its digits: a limit, so that a value that misses it is not shown as the same.</summary>
    public static string Exact(double? value, string unit) => Scaled(value, unit, number => AllDigits.Of(number, "#,0") ?? Digits(number));

    private static string Scaled(double? value, string unit, Func<double, string> digits)
    {
        if (value is not { } number || !double.IsFinite(number))
        {
            return None;
        }

        var scale = ValueScale.For(number, unit);
        return digits(number / scale.Divisor) + scale.Suffix;
    }

    public static string Seconds(double? value) => Of(value, "s");

    public static string Rate(double? value) => Of(value, "1/s");

    public static string Share(double? value) => Of(value, "1");

    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>The time of day of a run, in UTC.</summary>
    public static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>A length of time: <c>45 s</c>, <c>2:30 min</c>, <c>1:05 h</c>.</summary>
    public static string Duration(double seconds)
    {
        if (!double.IsFinite(seconds) || seconds < 0 || seconds > TimeSpan.MaxValue.TotalSeconds / 2)
        {
            return None;
        }

        var time = TimeSpan.FromSeconds(Math.Round(seconds, seconds < 10 ? 1 : 0));
        return time switch
        {
            { TotalMinutes: < 2 } => $"{Digits(time.TotalSeconds)} s",
            { TotalHours: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes}:{time.Seconds:00} min"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}:{time.Minutes:00} h"),
        };
    }

    /// <summary>The change from one value to another: <c>+12 %</c>; for large ratios <c>× 3.4</c>.</summary>
    public static string Change(double? ratio) => ratio switch
    {
        null => None,
        { } number when !double.IsFinite(number) => None,
        >= 3 => $"× {Digits(ratio.Value)}",
        _ => Signed((ratio.Value - 1) * 100) + " %",
    };

    /// <summary>A difference of shares in percentage points: <c>+0.2 points</c>.</summary>
    public static string Points(double difference) =>
        double.IsFinite(difference) ? Signed(difference * 100) + " points" : None;

    /// <summary>A number with three significant digits, and all digits before the decimal point.</summary>
    public static string Digits(double value)
    {
        var magnitude = Math.Abs(value);
        var format = magnitude switch
        {
            0 => "0",
            >= 1e15 => "0.##e0",
            >= 99.95 => "#,0",
            >= 9.995 => "0.#",
            >= 0.9995 => "0.##",
            >= 0.09995 => "0.###",
            >= 0.009995 => "0.####",
            >= 0.0009995 => "0.#####",
            _ => "0.##e0",
        };
        return value.ToString(format, CultureInfo.InvariantCulture);
    }

    private static string Signed(double value)
    {
        // Two decimals below 1, and one above it; a change that rounds to zero has no sign.
        var rounded = Math.Round(value, Math.Abs(value) < 1 ? 2 : 1);
        return rounded.ToString(Math.Abs(rounded) >= 99.95 ? "+#,0;−#,0;0" : "+0.##;−0.##;0", CultureInfo.InvariantCulture);
    }
}
