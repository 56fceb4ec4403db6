using System.Globalization;
using System.Text.RegularExpressions;

namespace Choir.Actors.Hosting;

/// <summary>Reads the shares and times of objectives.</summary>
internal static partial class ObjectiveText
{
    /// <summary>Below it, the alert about a fast burn could not fire even if everything failed.</summary>
    public const decimal LowestShare = 0.95m;

    /// <summary>Above it, an error budget is too small to be measured with the usual number of messages.</summary>
    public const decimal HighestShare = 0.999_99m;

    /// <summary>Reads a share, such as <c>99.9%</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="share">The share, from 0 to 1.</param>
    /// <returns>What is wrong, in words that follow the name of the setting; null if nothing is.</returns>
    public static string? ReadShare(string? text, out decimal share)
    {
        share = 0;
        if (Percentage().Match(text ?? "") is not { Success: true } match)
        {
            return $"is {Quote(text)}; write a percentage, such as 99.9%";
        }

        share = decimal.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) / 100;
        return share is >= LowestShare and <= HighestShare ? null : $"is {Quote(text)}; it must be from 95% to 99.999%";
    }

    /// <summary>Reads a time, such as <c>250ms</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="bounds">The upper bounds of the buckets with which it is measured, in seconds.</param>
    /// <param name="seconds">The time.</param>
    /// <param name="bound">The lowest of the bounds that is not below the time.</param>
    /// <returns>What is wrong, in words that follow the name of the setting; null if nothing is.</returns>
    public static string? ReadLatency(string? text, IReadOnlyList<double> bounds, out double seconds, out double bound)
    {
        (seconds, bound) = (0, 0);
        if (Duration().Match(text ?? "") is not { Success: true } match)
        {
            return $"is {Quote(text)}; write a time, such as 250ms, 1s or 500us";
        }

        var number = decimal.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        seconds = (double)(match.Groups[2].Value switch
        {
            "us" or "µs" => number / 1_000_000,
            "ms" => number / 1_000,
            "m" or "min" => number * 60,
            "h" => number * 3_600,
            _ => number,
        });

        // Comparisons of equal values are exact: both are the double that is nearest to the same decimal.
        if (seconds < bounds[0] || seconds > bounds[^1])
        {
            return $"is {Quote(text)}; it is measured in buckets from {Text(bounds[0])} to {Text(bounds[^1])} and must be within them";
        }

        var time = seconds;
        bound = bounds.First(one => one >= time);
        return null;
    }

    /// <summary>A time in its usual unit, such as <c>250 ms</c>.</summary>
    public static string Text(double seconds)
    {
        var exact = (decimal)seconds;
        var (number, unit) = exact switch
        {
            < 0.001m => (exact * 1_000_000, "µs"),
            < 1 => (exact * 1_000, "ms"),
            < 120 => (exact, "s"),
            < 7_200 => (exact / 60, "min"),
            _ => (exact / 3_600, "h"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{number:0.######} {unit}");
    }

    private static string Quote(string? text) => text is null ? "missing" : $"\"{(text.Length > 40 ? text[..40] + "…" : text)}\"";

    [GeneratedRegex(@"\A\s*([0-9]{1,3}(?:\.[0-9]{1,6})?)\s*%\s*\z")]
    private static partial Regex Percentage();

    [GeneratedRegex(@"\A\s*([0-9]{1,9}(?:\.[0-9]{1,9})?)\s*(us|µs|ms|s|m|min|h)\s*\z")]
    private static partial Regex Duration();
}
