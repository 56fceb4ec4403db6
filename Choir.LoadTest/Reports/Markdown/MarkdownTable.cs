using System.Text;

namespace Choir.LoadTest.Reports.Markdown;

/// <summary>A table of Markdown. Its cells are Markdown on one line.</summary>
/// <param name="headings">The headings; those that end in a colon are of right-aligned columns.</param>
internal sealed class MarkdownTable(params string[] headings)
{
    private readonly List<string> _rows = [];

    /// <summary>The number of rows.</summary>
    public int Count => _rows.Count;

    public void Add(params string[] cells) => _rows.Add(Row(cells));

    public void WriteTo(StringBuilder text)
    {
        text.Append(Row([.. headings.Select(heading => heading.TrimEnd(':'))])).Append('\n');
        text.Append(Row([.. headings.Select(heading => heading.EndsWith(':') ? "---:" : "---")])).Append('\n');
        foreach (var row in _rows)
        {
            text.Append(row).Append('\n');
        }

        text.Append('\n');
    }

    private static string Row(string[] cells) => $"| {string.Join(" | ", cells)} |";
}
