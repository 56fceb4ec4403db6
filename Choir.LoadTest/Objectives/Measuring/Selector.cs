using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;

namespace Choir.LoadTest.Objectives.Measuring;

/// <summary>A PromQL selector: a metric and matchers of its labels, without a range.</summary>
internal sealed partial record Selector(string Metric, IReadOnlyList<LabelMatcher> Matchers)
{
    private const int MaxLength = 2_000;

    /// <summary>How the selector is read: the metric's name and, in braces, matchers.</summary>
    public const string Form = "metric{label=\"value\", other!~\"a|b\"}";

    public Selector With(LabelMatcher matcher) => this with { Matchers = [.. Matchers, matcher] };

    /// <summary>The same series of a part of a histogram, such as <c>_bucket</c>.</summary>
    public Selector Part(string suffix) => this with { Metric = Metric + suffix };

    /// <summary>Whether a series with these labels is selected; a label that is absent is empty.</summary>
    public bool Selects(IReadOnlyDictionary<string, string> labels) =>
        Matchers.All(matcher => matcher.Matches(labels.GetValueOrDefault(matcher.Label, "")));

    public override string ToString() => Matchers.Count == 0 ? Metric : $"{Metric}{{{string.Join(", ", Matchers)}}}";

    public static bool TryParse(string? text, [NotNullWhen(true)] out Selector? selector)
    {
        selector = null;
        if (text is not { Length: > 0 and <= MaxLength } || Whole().Match(text) is not { Success: true } whole)
        {
            return false;
        }

        var matchers = new List<LabelMatcher>();
        var (labels, operators, values) = (whole.Groups["label"].Captures, whole.Groups["operator"].Captures, whole.Groups["value"].Captures);
        for (var i = 0; i < labels.Count; i++)
        {
            matchers.Add(new LabelMatcher(labels[i].Value, operators[i].Value, Unescape(values[i].Value)));
        }

        selector = new Selector(whole.Groups["metric"].Value, matchers);
        return true;
    }

    private static string Unescape(string quoted)
    {
        var text = new StringBuilder();
        for (var i = 0; i < quoted.Length; i++)
        {
            text.Append(quoted[i] == '\\' ? quoted[++i] : quoted[i]);
        }

        return text.ToString();
    }

    // Of the escapes in texts only those of the backslash and the quote.
    [GeneratedRegex(
        """
        \A\s*(?<metric>[a-zA-Z_:][a-zA-Z0-9_:]*)\s*
        (?:\{\s*
          (?:(?<label>[a-zA-Z_][a-zA-Z0-9_]*)\s*(?<operator>=~|!~|!=|=)\s*"(?<value>(?:[^"\\\p{Cc}]|\\["\\])*)"\s*(?:,\s*|(?=\})))*
        \})?\s*\z
        """,
        RegexOptions.IgnorePatternWhitespace,
        matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Whole();
}
