using Choir.LoadTest.Reports.Model;
using Choir.LoadTest.Reports.Text;

namespace Choir.LoadTest.Reports.Html.Sections;

/// <summary>The comparison with an earlier run: what has changed first.</summary>
internal static class ComparisonSection
{
    private static readonly Change[] Order = [Change.Worse, Change.Better, Change.Same, Change.Unknown];

    public static Markup Render(LoadReport report)
    {
        if (report.Comparison is not { } comparison)
        {
            return Markup.None;
        }

        var changed = comparison.Figures.Where(figure => figure.Change is Change.Worse or Change.Better).ToArray();
        var same = comparison.Figures.Where(figure => figure.Change == Change.Same).ToArray();
        var unknown = comparison.Figures.Where(figure => figure.Change == Change.Unknown).ToArray();
        return Markup.Of($"""
            <p>Compared with the run of {ValueText.Time(comparison.BaselineStartedAt)}: {FigureText.Counts(comparison)}. {FigureText.NoiseSource(comparison)}</p>
            {comparison.Warnings.Select(warning => Markup.Of($"<p class=\"warning\">{warning}</p>"))}
            {Table("Figures that have changed", changed)}
            {Folded("Without a change", same)}
            {Folded("Without a verdict", unknown)}
            """);
    }

    /// <summary>The colour of a verdict.</summary>
    public static string Colour(Change change) => change switch
    {
        Change.Better => "good",
        Change.Worse => "bad",
        _ => "quiet",
    };

    private static Markup Folded(string title, FigureComparison[] figures) => figures.Length == 0 ? Markup.None
        : Markup.Of($"<details><summary>{title} ({figures.Length})</summary>{Table($"Figures {char.ToLowerInvariant(title[0])}{title[1..]}", figures)}</details>");

    private static Markup Table(string caption, IEnumerable<FigureComparison> figures) => HtmlTable.Render(
        caption,
        [
            Column.Text("figure"), Column.Number("before"), Column.Number("now"), Column.Number("change"), Column.Number("noise"),
            Column.Number("p value"), Column.Text(""),
        ],
        figures.OrderBy(figure => Array.IndexOf(Order, figure.Change)).Select(figure => (Markup[])
        [
            Cells.Text(figure.Name),
            Cells.Text(ValueText.Of(figure.Before, figure.Unit)),
            Cells.Text(ValueText.Of(figure.After, figure.Unit)),
            Cells.Text(FigureText.ChangeOf(figure)),
            Cells.Text(FigureText.NoiseOf(figure)),
            Cells.Text(figure.PValue switch { null => ValueText.None, < 0.0001 => "< 0.0001", { } value => ValueText.Digits(Math.Round(value, 4)) }),
            Cells.Badge(Colour(figure.Change), figure.Change == Change.Unknown ? "no verdict" : figure.Change.ToString().ToLowerInvariant()),
        ]));
}
