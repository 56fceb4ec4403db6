using System.Globalization;
using System.Text.RegularExpressions;

namespace Choir.LoadTest.Profiles;

/// <summary>Objectives as text: <c>conversation.p99 &lt;= 1s</c>, <c>errors.share &lt;= 1%</c>, <c>rate &gt;= 50</c>.</summary>
public static partial class ObjectiveText
{
    private const string Form = "write a figure, <= or >=, and a limit, such as \"conversation.p99 <= 1s\", \"errors.share <= 1%\" or \"rate >= 50\"";

    // Longest first: "mb" ends in "b".
    private static readonly (string Unit, double Factor)[] Units =
    [
        ("kib", 1 << 10), ("mib", 1 << 20), ("gib", 1 << 30), ("kb", 1e3), ("mb", 1e6), ("gb", 1e9), ("min", 60),
        ("ms", 1e-3), ("us", 1e-6), ("µs", 1e-6), ("/s", 1), ("%", 0.01), ("s", 1), ("m", 60), ("h", 3600), ("b", 1), ("", 1),
    ];

    /// <summary>Reads an objective.</summary>
    /// <param name="text">The text.</param>
    /// <param name="objective">The objective; null if the text is none.</param>
    /// <param name="error">What is wrong with it; null if nothing is.</param>
    public static bool TryParse(string text, out LoadObjective? objective, out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        objective = null;
        var match = Pattern().Match(text);
        if (!match.Success)
        {
            error = $"\"{text}\" is no objective: {Form}.";
            return false;
        }

        var limit = match.Groups["limit"].Value;
        if (!TryParseLimit(limit, out var value))
        {
            error = $"\"{text}\": \"{limit}\" is no limit: write a number, perhaps with ms, s, m, h, %, /s, KiB, MiB or GiB.";
            return false;
        }

        var (figure, comparison) = (match.Groups["figure"].Value, match.Groups["comparison"].Value);
        if (comparison is "<" or ">")
        {
            error = $"\"{text}\": a limit includes its value, so write \"{figure} {comparison}= {limit}\".";
            return false;
        }

        error = null;
        objective = new LoadObjective(figure, comparison == ">=", value);
        return true;
    }

    /// <summary>Writes an objective, with the unit of its figure.</summary>
    /// <param name="objective">The objective.</param>
    public static string Format(LoadObjective objective)
    {
        ArgumentNullException.ThrowIfNull(objective);
        return $"{objective.Figure} {(objective.IsAtLeast ? ">=" : "<=")} {FormatValue(objective.Figure, objective.Limit)}";
    }

    /// <summary>Writes a value with the unit of its figure.</summary>
    /// <param name="figure">The name of the figure.</param>
    /// <param name="value">The value.</param>
    public static string FormatValue(string figure, double value) => FigureNames.UnitOf(figure) switch
    {
        "s" => value < 1 ? Number(value * 1000) + "ms" : Number(value) + "s",
        "1/s" => Number(value) + "/s",
        "1" => Number(value * 100) + "%",
        _ => Number(value),
    };

    private static bool TryParseLimit(string text, out double value)
    {
        foreach (var (unit, factor) in Units)
        {
            if (text.EndsWith(unit, StringComparison.OrdinalIgnoreCase)
                && double.TryParse(
                    text.AsSpan(0, text.Length - unit.Length).TrimEnd(),
                    NumberStyles.AllowDecimalPoint | NumberStyles.AllowThousands,
                    CultureInfo.InvariantCulture,
                    out value)
                && double.IsFinite(value))
            {
                value *= factor;
                return true;
            }
        }

        value = 0;
        return false;
    }

    private static string Number(double value) => value.ToString(
        Math.Abs(value) switch { >= 100 => "#,0", >= 10 => "0.#", _ => "0.###" }, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\s*(?<figure>[^\s<>=]{1,100})\s*(?<comparison><=?|>=?)\s*(?<limit>[^\s<>=](?:[^<>=]{0,40}[^\s<>=])?)\s*$")]
    private static partial Regex Pattern();
}
