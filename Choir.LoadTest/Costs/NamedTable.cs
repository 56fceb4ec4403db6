using Choir.LoadTest.Reports.Text;
using Spectre.Console;

namespace Choir.LoadTest.Costs;

/// <summary>A table of names and numbers. Names are cut so that a row needs no second line.</summary>
internal static class NamedTable
{
    private const int MinName = 12;

    // Beside each column, and at both ends.
    private const int Gap = 2;

    /// <summary>Writes a table; nothing if it has no rows.</summary>
    /// <param name="console">Has the width.</param>
    /// <param name="headings">The headings; the first is that of the names.</param>
    /// <param name="rows">The cells, the name first.</param>
    /// <param name="cut">Cuts a name to a length.</param>
    public static void Write(IAnsiConsole console, string[] headings, string[][] rows, Func<string, int, string> cut)
    {
        if (rows.Length == 0)
        {
            return;
        }

        var numbers = headings.Select((heading, column) => rows.Max(row => row[column].Length) is var widest ? Math.Max(heading.Length, widest) + Gap : 0).Skip(1).Sum();
        var width = Math.Max(MinName, console.Profile.Width - numbers - (2 * Gap));
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn(new TableColumn(Markup.Escape(headings[0])) { Padding = new Padding(0, 0), NoWrap = true });
        foreach (var heading in headings.Skip(1))
        {
            table.AddColumn(new TableColumn(heading) { Padding = new Padding(1, 0, 0, 0), NoWrap = true, Alignment = Justify.Right });
        }

        foreach (var row in rows)
        {
            table.AddRow([.. row.Select((cell, column) => Markup.Escape(column == 0 ? cut(OutsideText.Clean(cell), width) : cell))]);
        }

        console.Write(table);
    }

    /// <summary>The begin of a name.</summary>
    public static string CutEnd(string name, int length) => name.Length <= length ? name : name[..(length - 1)] + "…";

    /// <summary>The end of a name: of a method, its class and itself.</summary>
    public static string CutBegin(string name, int length) => name.Length <= length ? name : "…" + name[^(length - 1)..];
}
