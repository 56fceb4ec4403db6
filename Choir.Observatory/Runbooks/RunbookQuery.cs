using System.Text.RegularExpressions;

namespace Choir.Observatory.Runbooks;

/// <summary>A query in a runbook: a path of the API, or an expression in PromQL.</summary>
/// <param name="Text">The path with its placeholders, such as <c>/actors/TYPE</c>, or the expression.</param>
/// <param name="IsPath">Whether it is a path of the API.</param>
/// <param name="Fields">The fields of the answer that the step names; empty for all.</param>
public sealed partial record RunbookQuery(string Text, bool IsPath, IReadOnlyList<string> Fields)
{
    private const int MaxLength = 2_000;

    /// <summary>The label by which the step limits the series to those of the alert, as in "of that `instance`"; null for all series.</summary>
    public string? OfLabel { get; init; }

    /// <summary>Whether it is a single name, which may as well be something else than a metric.</summary>
    internal bool IsName => !IsPath && Name().IsMatch(Text);

    /// <summary>The queries between backticks in a step. What a step says about logs or a database's shell holds none.</summary>
    internal static IEnumerable<RunbookQuery> Find(string step)
    {
        var text = step[..(About().Match(step) is { Success: true } match ? match.Index : step.Length)];
        string[] codes = [.. CodeSpan().Matches(text).Select(span => Blank().Replace(span.Groups[1].Value, " ").Trim())];
        string[] fields = [.. codes.Where(code => Field().IsMatch(code)).Distinct(StringComparer.Ordinal)];
        var label = OfThat().Match(text) is { Success: true } that ? that.Groups[1].Value : null;
        foreach (var code in codes.Where(code => code.Length <= MaxLength))
        {
            if (Path().Match(code) is { Success: true } path)
            {
                yield return new RunbookQuery(path.Groups[1].Value, IsPath: true, fields);
            }
            else if (Expression().IsMatch(code) || Name().IsMatch(code))
            {
                yield return new RunbookQuery(code, IsPath: false, []) { OfLabel = label };
            }
        }
    }

    [GeneratedRegex(@"\b[Ll]ogs?\b|\bpsql\b")]
    private static partial Regex About();

    [GeneratedRegex(@"\bof\s+that\s+`([a-z_]+)`")]
    private static partial Regex OfThat();

    [GeneratedRegex("`([^`]+)`", RegexOptions.Singleline)]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blank();

    // GET /flow, localhost:5080/flow, and curl of the latter without data to send.
    [GeneratedRegex(@"^(?:GET |(?:curl (?!.* (?:-d|-X) ).* )?(?:http://)?localhost:5080)(/[\w.~%/-]*)$")]
    private static partial Regex Path();

    // A function or a metric before a bracket, an aggregation by labels, a metric in an operation, or a recorded name.
    [GeneratedRegex(@"^(?:\(|\d+ \* )*(?:[a-zA-Z_]\w*\s*[({\[]|[a-z]+ (?:by|without) ?\(|[a-z]\w*_\w+ (?:[<>*/+-]|[<>=!]=) |[a-z]\w*(?::\w+)+$)")]
    private static partial Regex Expression();

    [GeneratedRegex(@"^[a-z][a-z0-9]*(?:_[a-z0-9]+)+$")]
    private static partial Regex Name();

    [GeneratedRegex(@"^[a-z][a-zA-Z]*(?:\.[a-z][a-zA-Z]*)*$")]
    private static partial Regex Field();
}
