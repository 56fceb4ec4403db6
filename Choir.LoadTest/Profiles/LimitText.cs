using System.Globalization;
using System.Text.RegularExpressions;

namespace Choir.LoadTest.Profiles;

/// <summary>Reads the limit of an objective: a number with a unit that fits the figure.</summary>
internal static partial class LimitText
{
    private static readonly UnitSet Times = new(
        "a time, whose units are us, ms, s, m and h", "250ms",
        [("us", 1e-6), ("µs", 1e-6), ("ms", 1e-3), ("s", 1), ("m", 60), ("min", 60), ("h", 3600)]);

    private static readonly UnitSet Rates = new("a rate, whose unit is /s", "50/s", [("", 1), ("/s", 1)]);

    // Without %, nobody could tell whether "errors.share <= 1" is everything or one in a hundred.
    private static readonly UnitSet Shares = new("a share, whose unit is %", "1%", [("%", 0.01)]);

    // The figure is refused later, with the names of those that there are.
    private static readonly UnitSet Any = new("no figure", "1", [.. Times.Units, .. Rates.Units, .. Shares.Units]);

    /// <summary>Reads a limit.</summary>
    /// <param name="figure">The name of the figure that is limited.</param>
    /// <param name="text">The limit.</param>
    /// <param name="value">The limit in the unit of the figure.</param>
    /// <param name="problem">What is wrong, without a full stop; null if nothing is.</param>
    public static bool TryParse(string figure, string text, out double value, out string? problem)
    {
        value = 0;
        var known = UnitsOf(figure);
        if (Pattern().Match(text) is not { Success: true } match)
        {
            problem = $"\"{text}\" is no limit: write a number with its unit, such as {known.Example}";
            return false;
        }

        var (number, unit) = (match.Groups["number"].Value, match.Groups["unit"].Value);
        if (number.Contains(',', StringComparison.Ordinal))
        {
            problem = $"\"{number}\" has a comma: write a point before decimals and nothing between thousands, such as 0.5 or 1200";
            return false;
        }

        if (!double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var parsed) || !double.IsFinite(parsed))
        {
            problem = $"\"{number}\" is no number: write one such as 0.5 or 1200";
            return false;
        }

        if (!known.TryFind(unit, out var factor))
        {
            problem = $"\"{text}\" has {(unit.Length == 0 ? "no unit" : $"the unit \"{unit}\"")}, but {figure} is {known.Description}: write a limit such as {known.Example}";
            return false;
        }

        value = parsed * factor;
        if (value > 1 && figure.EndsWith(FigureNames.ErrorShare, StringComparison.Ordinal))
        {
            problem = $"\"{text}\" is more than all operations: write at most 100%";
            return false;
        }

        problem = null;
        return true;
    }

    private static UnitSet UnitsOf(string figure) => !FigureNames.IsFigure(figure) ? Any : FigureNames.UnitOf(figure) switch
    {
        "1/s" => Rates,
        "1" => Shares,
        _ => Times,
    };

    [GeneratedRegex(@"^(?<number>[0-9.,]+)\s*(?<unit>[^0-9.,\s-]*)\z")]
    private static partial Regex Pattern();

    /// <param name="Description">What the figure is, and its units.</param>
    /// <param name="Example">A limit.</param>
    /// <param name="Units">The units, and what one of each is in the unit of the figure.</param>
    private sealed record UnitSet(string Description, string Example, (string Unit, double Factor)[] Units)
    {
        public bool TryFind(string unit, out double factor)
        {
            var found = Array.Find(Units, known => known.Unit.Equals(unit, StringComparison.OrdinalIgnoreCase));
            factor = found.Factor;
            return factor > 0;
        }
    }
}
