using System.Globalization;

namespace Choir.Observatory.Components;

/// <summary>Figures as people read them, in the invariant culture.</summary>
internal static class Format
{
    /// <summary>What is shown for a figure that does not exist.</summary>
    public const string None = "–";

    // Larger values are times of the clock, such as that of a process' start.
    private const double MaxSeconds = 1e8;

    // Longer durations do not fit in a TimeSpan.
    private const double MaxMs = 9e14;

    private static readonly System.Buffers.SearchValues<char> NameCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:");

    private static readonly string[] ByteUnits = ["B", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>Three significant digits at most; <c>0</c> for nothing, a dash for what is not finite, a power of ten for what is huge.</summary>
    public static string Number(double value) => value switch
    {
        0 => "0",
        _ when !double.IsFinite(value) => None,
        >= 1e15 or <= -1e15 => value.ToString("0.##e0", CultureInfo.InvariantCulture),
        < 0.01 and > -0.01 => "<0.01",
        _ => value.ToString(Math.Abs(value) >= 100 ? "#,0" : Math.Abs(value) >= 10 ? "0.#" : "0.##", CultureInfo.InvariantCulture),
    };

    /// <summary>A value that may be of any size, infinite or not a number.</summary>
    public static string Value(double value) => Math.Abs(value) switch
    {
        double.NaN => "NaN",
        double.PositiveInfinity => value > 0 ? "∞" : "-∞",
        >= 0.0001 and < 0.01 => value.ToString("0.####", CultureInfo.InvariantCulture),
        > 0 and < 0.0001 or >= 1e12 => value.ToString("0.##e0", CultureInfo.InvariantCulture),
        _ => Number(value),
    };

    /// <summary>The value of an expression that is a single metric, in the unit that its name ends with; otherwise the bare value.</summary>
    public static string Value(double value, string expression)
    {
        var text = expression.AsSpan().Trim();
        var labels = text.IndexOf('{');
        var name = labels >= 0 && text.IndexOf('}') == text.Length - 1 ? text[..labels] : text;
        return !double.IsFinite(value) || value is < 0 or >= 1e15 || name.ContainsAnyExcept(NameCharacters) ? Value(value)
            : name.EndsWith("_bytes") ? Bytes(value)
            : name.EndsWith("_seconds") && value < MaxSeconds ? Ms(value * 1_000)
            : Value(value);
    }

    /// <summary>A rate per second.</summary>
    public static string Rate(double perSecond) => $"{Number(perSecond)}/s";

    /// <summary>A count with separators.</summary>
    public static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>A count that may not be known.</summary>
    public static string Count(long? count) => count is { } known ? Count(known) : None;

    /// <summary>A count that was estimated, as a whole number.</summary>
    public static string About(double count) => count is > 0 and < 0.5 ? "<1" : Count((long)Math.Round(count));

    /// <summary>A duration given in ms.</summary>
    public static string Ms(double? ms) => ms switch
    {
        null => None,
        _ when !double.IsFinite(ms.Value) => None,
        >= MaxMs => $"{Number(ms.Value / 1_000)} s",
        < 0.001 and >= 0 => "0 ms",

        // What would be rounded to a thousand of one unit is one of the next.
        < 0.9995 => $"{Number(ms.Value * 1_000)} µs",
        < 999.5 => $"{Number(ms.Value)} ms",
        < 120_000 => $"{Number(ms.Value / 1_000)} s",
        _ => Span(TimeSpan.FromMilliseconds(ms.Value)),
    };

    /// <summary>A share, 0 to 1, as per cent.</summary>
    public static string Share(double? share) => share switch
    {
        null => None,
        > 0 and < 0.0001 => "<0.01 %",
        _ => $"{Number(share.Value * 100)} %",
    };

    /// <summary>A number of bytes that may not be known.</summary>
    public static string Bytes(double? bytes) => bytes is { } known ? Bytes(known) : None;

    /// <summary>A size in bytes.</summary>
    public static string Bytes(double bytes)
    {
        var unit = 0;
        while (bytes >= 1_023.5 && unit < ByteUnits.Length - 1)
        {
            (bytes, unit) = (bytes / 1_024, unit + 1);
        }

        return $"{Number(bytes)} {ByteUnits[unit]}";
    }

    /// <summary>A long duration in its two largest units.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 60 } => $"{(int)span.TotalSeconds} s",
        { TotalMinutes: < 60 } => $"{span.Minutes} min {span.Seconds} s",
        { TotalHours: < 24 } => $"{span.Hours} h {span.Minutes} min",
        _ => $"{(int)span.TotalDays} d {span.Hours} h",
    };

    /// <summary>A long duration in its largest unit, for narrow columns.</summary>
    public static string ShortSpan(TimeSpan span) => span switch
    {
        { TotalSeconds: < 60 } => $"{(int)span.TotalSeconds} s",
        { TotalMinutes: < 60 } => $"{span.Minutes} min",
        { TotalHours: < 24 } => $"{span.Hours} h",
        _ => $"{Count((long)span.TotalDays)} d",
    };

    /// <summary>The time of day, UTC.</summary>
    public static string Time(DateTimeOffset at) => $"{at.UtcDateTime:HH:mm:ss} UTC";

    /// <summary>The time of day, with the date if it is not that of today; UTC.</summary>
    public static string Moment(DateTimeOffset at, DateTimeOffset now) => at.UtcDateTime.Date == now.UtcDateTime.Date ? Time(at) : $"{at.UtcDateTime:yyyy-MM-dd HH:mm} UTC";

    /// <summary>The date and the time of day, UTC.</summary>
    public static string DateAndTime(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>The time of day with milliseconds, UTC, for places that name the time zone.</summary>
    public static string ExactTime(DateTimeOffset at) => at.UtcDateTime.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);

    /// <summary>A number for an attribute of an SVG element.</summary>
    public static string Coordinate(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
