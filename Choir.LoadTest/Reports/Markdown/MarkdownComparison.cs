using System.Text;
using Choir.LoadTest.Reports.Model;
using Choir.LoadTest.Reports.Text;

namespace Choir.LoadTest.Reports.Markdown;

/// <summary>The comparison with an earlier run: only what has changed.</summary>
internal static class MarkdownComparison
{
    private const int MaxRows = 20;

    public static void Write(LoadReport report, StringBuilder text)
    {
        if (report.Comparison is not { } comparison)
        {
            return;
        }

        text.Append($"### Compared with the run of {ValueText.Time(comparison.BaselineStartedAt)}: {FigureText.Counts(comparison)}\n\n");
        FigureComparison[] changed =
        [
            .. comparison.Figures.Where(figure => figure.Change == Change.Worse),
            .. comparison.Figures.Where(figure => figure.Change == Change.Better),
        ];
        var table = new MarkdownTable("figure", "before:", "now:", "change:", "noise:", "");
        foreach (var figure in changed.Take(MaxRows))
        {
            table.Add(
                MarkdownText.Code(figure.Name),
                MarkdownText.Escape(ValueText.Of(figure.Before, figure.Unit)),
                MarkdownText.Escape(ValueText.Of(figure.After, figure.Unit)),
                FigureText.ChangeOf(figure),
                FigureText.NoiseOf(figure),
                figure.Change == Change.Worse ? "🔴 worse" : "🟢 better");
        }

        if (table.Count > 0)
        {
            table.WriteTo(text);
            MarkdownReport.WriteMore(text, changed.Length, table.Count, "changed figures");
        }

        foreach (var warning in comparison.Warnings.Take(MaxRows))
        {
            text.Append($"- ⚠️ {MarkdownText.Escape(warning, 500)}\n");
        }

        text.Append($"{(comparison.Warnings.Count > 0 ? "\n" : "")}{FigureText.NoiseSource(comparison)}\n\n");
    }
}
