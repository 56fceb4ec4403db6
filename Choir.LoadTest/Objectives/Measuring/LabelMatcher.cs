using System.Text.RegularExpressions;

namespace Choir.LoadTest.Objectives.Measuring;

/// <summary>A matcher of a PromQL selector.</summary>
/// <param name="Label">The label.</param>
/// <param name="Operator"><c>=</c>, <c>!=</c>, <c>=~</c> or <c>!~</c>.</param>
/// <param name="Value">The value, without quotes and escapes.</param>
internal sealed record LabelMatcher(string Label, string Operator, string Value)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    /// <summary>Values that may or may not match: those that the matcher names, and another one.</summary>
    public IEnumerable<string> Candidates => (Operator is "=~" or "!~" ? Value.Split('|') : [Value]).Append("other");

    /// <summary>Whether a value matches. Prometheus' expressions match whole values.</summary>
    /// <exception cref="ArgumentException">The expression is not valid, or .NET does not have it.</exception>
    public bool Matches(string value) => Operator switch
    {
        "=" => value == Value,
        "!=" => value != Value,
        "=~" => Whole().IsMatch(value),
        _ => !Whole().IsMatch(value),
    };

    public override string ToString() => $"{Label}{Operator}{PromQl.Quote(Value)}";

    private Regex Whole() => new($@"\A(?:{Value})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Timeout);
}
