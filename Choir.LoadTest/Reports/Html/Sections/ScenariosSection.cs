using Choir.LoadTest.Reports.Model;
using Choir.LoadTest.Reports.Text;

namespace Choir.LoadTest.Reports.Html.Sections;

/// <summary>The results of each scenario.</summary>
internal static class ScenariosSection
{
    public static Markup Render(LoadReport report) => HtmlTable.Render(
        $"Results by scenario{FigureText.AllStepsSuffix(report)}; latency from the intended start",
        [
            Column.Text("scenario"), Column.Number("operations"), Column.Number("rate"), Column.Number("errors"), Column.Number("mean"),
            .. Cells.PercentileColumns(), Column.Number("p99.9"), Column.Number("max"),
        ],
        report.Scenarios.Select(scenario => (Markup[])
        [
            Cells.Text(scenario.Name),
            Cells.Number(scenario.Started),
            Cells.Rate(scenario.Rate),
            Cells.Share(FigureText.ErrorShare(scenario)),
            Cells.Seconds(scenario.Latency.Count > 0 ? scenario.Latency.Mean : null),
            .. Cells.Percentiles(scenario.Latency),
            Cells.Seconds(scenario.Latency.Count > 0 ? scenario.Latency.P999 : null),
            Cells.Seconds(scenario.Latency.Count > 0 ? scenario.Latency.Max : null),
        ]));
}
