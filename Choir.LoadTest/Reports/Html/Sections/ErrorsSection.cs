using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Reports.Html.Sections;

/// <summary>The failures by kind.</summary>
internal static class ErrorsSection
{
    public static Markup Render(LoadReport report) => HtmlTable.Render(
        "Failures by kind",
        [Column.Text("kind"), Column.Text("scenario"), Column.Number("count"), Column.Text("the first one's message")],
        report.Scenarios
            .SelectMany(scenario => scenario.Errors, (scenario, error) => (Scenario: scenario.Name, Error: error))
            .OrderByDescending(pair => pair.Error.Count)
            .Select(pair => (Markup[])
            [
                Cells.Text(pair.Error.Kind),
                Cells.Text(pair.Scenario),
                Cells.Number(pair.Error.Count),
                Markup.Of($"<span class=\"example\">{pair.Error.Example}</span>"),
            ]));
}
