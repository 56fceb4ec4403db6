namespace Choir.Observatory.Runbooks;

/// <summary>A runbook in parts: what is before its section "Confirm", that section's steps with the queries in them, and the rest.</summary>
/// <param name="Before">Markdown before the steps, with the heading of the section.</param>
/// <param name="Steps">The steps; empty if there is no such section.</param>
/// <param name="After">Markdown after the steps.</param>
internal sealed record Runbook(string Before, IReadOnlyList<RunbookStep> Steps, string After)
{
    /// <summary>The most queries that are asked; further ones are shown as text only.</summary>
    public const int MaxQueries = 24;

    private const string Heading = "## Confirm";
    private const string NextHeading = "\n## ";
    private const string Item = "- ";

    public static Runbook Parse(string text)
    {
        var lines = text.ReplaceLineEndings("\n");
        var heading = lines.StartsWith(Heading, StringComparison.Ordinal) ? 0
            : lines.IndexOf($"\n{Heading}", StringComparison.Ordinal) is >= 0 and var found ? found + 1 : -1;
        if (heading < 0)
        {
            return new Runbook(lines, [], "");
        }

        var start = lines.IndexOf('\n', heading) is >= 0 and var line ? line : lines.Length;
        var end = lines.IndexOf(NextHeading, start, StringComparison.Ordinal) is >= 0 and var next ? next : lines.Length;
        var left = MaxQueries;
        List<RunbookStep> steps = [];
        foreach (var step in StepsOf(lines[start..end]))
        {
            var queries = RunbookQuery.Find(step).Take(left).ToArray();
            left -= queries.Length;
            steps.Add(new RunbookStep(step, queries));
        }

        return new Runbook(lines[..start], steps, lines[end..]);
    }

    // An item of the list with the lines that belong to it; text without a list is a step too.
    private static IEnumerable<string> StepsOf(string section)
    {
        var step = new List<string>();
        foreach (var line in section.Split('\n'))
        {
            if (line.StartsWith(Item, StringComparison.Ordinal) && step.Any(one => !string.IsNullOrWhiteSpace(one)))
            {
                yield return string.Join('\n', step);
                step.Clear();
            }

            step.Add(line);
        }

        if (step.Any(one => !string.IsNullOrWhiteSpace(one)))
        {
            yield return string.Join('\n', step);
        }
    }
}

/// <summary>A step of a runbook.</summary>
/// <param name="Text">Its Markdown.</param>
/// <param name="Queries">The queries in it.</param>
internal sealed record RunbookStep(string Text, IReadOnlyList<RunbookQuery> Queries);
