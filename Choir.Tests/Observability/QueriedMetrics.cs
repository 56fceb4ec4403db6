using System.Text.RegularExpressions;

namespace Choir.Tests.Observability;

/// <summary>The names that a query of Prometheus uses: enough of its grammar for the rules that are shipped.</summary>
internal static partial class QueriedMetrics
{
    private static readonly string[] Operators = ["and", "or", "unless", "offset", "bool", "by", "without", "on", "ignoring"];

    /// <summary>Each metric, with the labels that its selector asks for.</summary>
    public static IEnumerable<(string Metric, string[] Labels)> Of(string query)
    {
        var bare = Strings().Replace(query, "\"\"");
        foreach (Match name in Names().Matches(Grouping().Replace(bare, " ")))
        {
            if (!Operators.Contains(name.Groups["name"].Value))
            {
                yield return (name.Groups["name"].Value, Labels(name.Groups["matchers"].Value));
            }
        }
    }

    /// <summary>The labels by which it groups.</summary>
    public static IEnumerable<string> GroupingLabels(string query) =>
        Grouping().Matches(query).SelectMany(group => Words().Matches(group.Groups["labels"].Value)).Select(word => word.Value);

    private static string[] Labels(string matchers) => [.. MatcherLabels().Matches(matchers).Select(label => label.Groups[1].Value)];

    [GeneratedRegex(@"""(?:[^""\\]|\\.)*""")]
    private static partial Regex Strings();

    [GeneratedRegex(@"\b(?:by|without|on|ignoring)\s*\((?<labels>[^)]*)\)")]
    private static partial Regex Grouping();

    // What a parenthesis follows is a function; what follows a digit or a bracket is a duration.
    [GeneratedRegex(@"(?<![\w:.\[{])(?<name>[a-zA-Z_:][\w:]*)(?![\w:]|\s*\()(?:\{(?<matchers>[^}]*)\})?(?:\[[^\]]*\])?")]
    private static partial Regex Names();

    [GeneratedRegex(@"(\w+)\s*(?:=~|!~|!=|=)")]
    private static partial Regex MatcherLabels();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Words();
}
