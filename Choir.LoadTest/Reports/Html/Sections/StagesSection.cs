using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Reports.Html.Sections;

/// <summary>The results of each stage; a single stage is the run itself.</summary>
internal static class StagesSection
{
    public static Markup Render(LoadReport report) => report.Stages.Count < 2 ? Markup.None : HtmlTable.Render(
        "Results by stage",
        [
            Column.Text("stage"), Column.Number("intended"), Column.Number("rate"), Column.Number("errors"),
            .. Cells.PercentileColumns(), Column.Text("objectives"),
        ],
        report.Stages.Select(stage => (Markup[])
        [
            Cells.Text(stage.Name),
            Cells.Rate(stage.IntendedRate),
            Cells.Rate(stage.Rate),
            Cells.Share(stage.ErrorShare),
            .. Cells.Percentiles(stage.Latency),
            stage.MetObjectives ? Cells.Badge("good", "met") : Cells.Badge("bad", "missed"),
        ]));
}
