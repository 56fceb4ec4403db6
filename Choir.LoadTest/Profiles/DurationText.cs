using System.Globalization;

namespace Choir.LoadTest.Profiles;

/// <summary>Durations as text: <c>500ms</c>, <c>90s</c>, <c>1.5m</c>, <c>2h</c>, or <c>hh:mm:ss</c>.</summary>
internal static class DurationText
{
    public const string Examples = "500ms, 90s, 5m, 2h";

    private static readonly (string Unit, double Seconds)[] Units = [("ms", 0.001), ("min", 60), ("s", 1), ("m", 60), ("h", 3600)];

    /// <summary>The longest duration of anything in a load test.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    public static bool TryParse(string text, out TimeSpan duration)
    {
        text = text.Trim();
        foreach (var (unit, seconds) in Units)
        {
            if (text.EndsWith(unit, StringComparison.OrdinalIgnoreCase)
                && double.TryParse(text.AsSpan(0, text.Length - unit.Length).TrimEnd(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                && number * seconds <= Longest.TotalSeconds)
            {
                duration = TimeSpan.FromSeconds(number * seconds);
                return true;
            }
        }

        duration = TimeSpan.Zero;
        return text.Contains(':', StringComparison.Ordinal)
            && TimeSpan.TryParseExact(text, ["c", "h\\:mm\\:ss", "m\\:ss"], CultureInfo.InvariantCulture, out duration)
            && duration >= TimeSpan.Zero
            && duration <= Longest;
    }

    public static string Format(TimeSpan duration) => duration.TotalSeconds switch
    {
        < 1 => Number(duration.TotalMilliseconds, "ms"),
        < 120 => Number(duration.TotalSeconds, "s"),
        < 7_200 => Number(duration.TotalMinutes, "m"),
        _ => Number(duration.TotalHours, "h"),
    };

    private static string Number(double value, string unit) => value.ToString("0.###", CultureInfo.InvariantCulture) + unit;
}
