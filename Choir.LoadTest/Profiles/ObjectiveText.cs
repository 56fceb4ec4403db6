using System.Globalization;
using System.Text.RegularExpressions;

namespace Choir.LoadTest.Profiles;

/// <summary>Objectives as text: <c>conversation.p99 &lt;= 1s</c>, <c>errors.share &lt;= 1%</c>, <c>rate &gt;= 50</c>.</summary>
public static partial class ObjectiveText
{
    private const string Form = "write a figure, <= or >=, and a limit, such as \"conversation.p99 <= 1s\", \"errors.share <= 1%\" or \"rate >= 50\"";

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

        var (figure, comparison, limit) = (match.Groups["figure"].Value, match.Groups["comparison"].Value, match.Groups["limit"].Value);
        if (!LimitText.TryParse(figure, limit, out var value, out var problem))
        {
            error = $"\"{text}\": {problem}.";
            return false;
        }

        if (comparison is "<" or ">")
        {
            error = $"\"{text}\": a limit includes its value, so write \"{figure} {comparison}= {limit}\".";
            return false;
        }

        error = null;
        objective = new LoadObjective(figure, comparison == ">=", value);
        return true;
    }

    /// <summary>Writes an objective, with the unit of its figure, as it can be read.</summary>
    /// <param name="objective">The objective.</param>
    public static string Format(LoadObjective objective)
    {
        ArgumentNullException.ThrowIfNull(objective);
        return $"{objective.Figure} {(objective.IsAtLeast ? ">=" : "<=")} {WithUnit(objective.Figure, objective.Limit, Exact)}";
    }

    /// <summary>Writes a value with the unit of its figure, rounded.</summary>
    /// <param name="figure">The name of the figure.</param>
    /// <param name="value">The value.</param>
    public static string FormatValue(string figure, double value) => WithUnit(figure, value, Rounded);

    private static string WithUnit(string figure, double value, Func<double, string> number) => FigureNames.UnitOf(figure) switch
    {
        "s" => value < 1 ? number(value * 1000) + "ms" : number(value) + "s",
        "1/s" => number(value) + "/s",
        "1" => number(value * 100) + "%",
        _ => number(value),
    };

    // Without thousands separators, which are refused when it is read.
    private static string Exact(double value) => AllDigits.Of(value, "0") ?? value.ToString("0", CultureInfo.InvariantCulture);

    private static string Rounded(double value) => value.ToString(
        Math.Abs(value) switch { >= 100 => "#,0", >= 10 => "0.#", _ => "0.###" }, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\s*(?<figure>[^\s<>=]{1,100})\s*(?<comparison><=?|>=?)\s*(?<limit>[^\s<>=](?:[^<>=]{0,40}[^\s<>=])?)\s*$")]
    private static partial Regex Pattern();
}
