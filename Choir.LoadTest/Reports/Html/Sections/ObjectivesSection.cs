using Choir.LoadTest.Reports.Model;
using Choir.LoadTest.Reports.Text;

namespace Choir.LoadTest.Reports.Html.Sections;

/// <summary>Each objective, and whether it was met.</summary>
internal static class ObjectivesSection
{
    public static Markup Render(LoadReport report) => HtmlTable.Render(
        $"Objectives of the profile{FigureText.JudgedSuffix(report)}",
        [Column.Text("figure"), Column.Text(""), Column.Number("measured"), Column.Number("limit")],
        report.Objectives.Select(result => (Markup[])
        [
            Cells.Text(result.Objective.Figure),
            // Beside the name: a phone shows it without scrolling.
            result.Met ? Cells.Badge("good", "met") : Cells.Badge("bad", result.Value is null ? "not measured" : "missed"),
            Cells.Text(ValueText.Of(result.Value, FigureText.UnitOf(report, result.Objective))),
            Cells.Text(FigureText.Limit(report, result.Objective)),
        ]));
}
