using System.Text.RegularExpressions;

namespace Choir.Tests.Observability;

/// <summary>Finds the names in a PromQL query, with as much of the grammar as the shipped rules use.</summary>
internal static partial class QueriedMetrics
{
    private static readonly string[] Operators = ["and", "or", "unless", "offset", "bool", "by", "without", "on", "ignoring", "group_left"];

    /// <summary>Each metric, with the labels of its selector.</summary>
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

    /// <summary>The labels of <c>by</c> and <c>on</c>.</summary>
    public static IEnumerable<string> GroupingLabels(string query) =>
        Grouping().Matches(query).SelectMany(group => Words().Matches(group.Groups["labels"].Value)).Select(word => word.Value);

    private static string[] Labels(string matchers) => [.. MatcherLabels().Matches(matchers).Select(label => label.Groups[1].Value)];

    [GeneratedRegex(@"""(?:[^""\\]|\\.)*""")]
    private static partial Regex Strings();

    [GeneratedRegex(@"\b(?:by|without|on|ignoring)\s*\((?<labels>[^)]*)\)")]
    private static partial Regex Grouping();

    // A name before a parenthesis is a function; one after a digit or a bracket is a duration.
    [GeneratedRegex(@"(?<![\w:.\[{])(?<name>[a-zA-Z_:][\w:]*)(?![\w:]|\s*\()(?:\{(?<matchers>[^}]*)\})?(?:\[[^\]]*\])?")]
    private static partial Regex Names();

    [GeneratedRegex(@"(\w+)\s*(?:=~|!~|!=|=)")]
    private static partial Regex MatcherLabels();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Words();
}
