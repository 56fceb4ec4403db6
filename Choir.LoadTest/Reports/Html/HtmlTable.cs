namespace Choir.LoadTest.Reports.Html;

/// <summary>A column of a table.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="IsNumber">Whether it is aligned to the right.</param>
internal readonly record struct Column(Markup Title, bool IsNumber = false)
{
    public static Column Text(string title) => new(Markup.Of($"{title}"));

    public static Column Number(string title) => new(Markup.Of($"{title}"), IsNumber: true);
}

/// <summary>Tables that scroll sideways on a narrow screen, while their first column stays.</summary>
internal static class HtmlTable
{
    // A browser shows more slowly, and no one reads them.
    private const int MaxRows = 500;

    /// <summary>A table; nothing if it has no rows.</summary>
    /// <param name="caption">What it shows, for screen readers.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="rows">The cells of each row.</param>
    public static Markup Render(string caption, IReadOnlyList<Column> columns, IEnumerable<Markup[]> rows)
    {
        var all = rows.ToArray();
        if (all.Length == 0)
        {
            return Markup.None;
        }

        return Markup.Of($"""
            <div class="scroll" tabindex="0" role="region" aria-label="{caption}">
            <table>
            <caption>{caption}</caption>
            <thead><tr>{columns.Select(column => Markup.Of($"<th scope=\"col\"{Align(column)}>{column.Title}</th>"))}</tr></thead>
            <tbody>
            {all.Take(MaxRows).Select(row => Row(columns, row))}
            </tbody>
            </table>
            </div>
            {(all.Length > MaxRows ? Markup.Of($"<p>{all.Length - MaxRows} more rows are in report.json.</p>") : Markup.None)}
            """);
    }

    private static Markup Row(IReadOnlyList<Column> columns, Markup[] cells) => Markup.Of($"""
        <tr>{cells.Select((cell, index) => index == 0
            ? Markup.Of($"<th scope=\"row\">{cell}</th>")
            : Markup.Of($"<td{Align(columns[index])}>{cell}</td>"))}</tr>

        """);

    private static Markup Align(Column column) => column.IsNumber ? Markup.Trusted(" class=\"number\"") : Markup.None;
}
