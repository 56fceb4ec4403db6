using Choir.LoadTest.Reports.Charts;
using Choir.LoadTest.Reports.Model;
using Choir.LoadTest.Reports.Text;

namespace Choir.LoadTest.Reports.Html.Sections;

/// <summary>Queue and processing time by actor type, those with the largest total first.</summary>
internal static class ActorTypesSection
{
    // The others are folded.
    private const int Open = 12;

    public static Markup Render(LoadReport report)
    {
        ActorTypeFigures[] types = [.. (report.System?.ActorTypes ?? []).OrderByDescending(Total)];
        if (types.Length == 0)
        {
            return Markup.None;
        }

        var axis = RangeMarkup.AxisFor(types.SelectMany(type => (LatencyFigures[])[type.Queue, type.Processing]));
        var most = types.Max(Total);
        return Markup.Of($"""
            <p>Bars reach from the median to the 99th percentile, with a mark at the 95th.</p>
            <ul class="legend"><li><i class="c1"></i>time in the queue</li><li><i class="c2"></i>time in the handler</li></ul>
            {Table("Queue and processing time by actor type", types.Take(Open), axis, most)}
            {(types.Length <= Open ? Markup.None : Markup.Of(
                $"<details><summary>{types.Length - Open} more actor types</summary>{Table("Queue and processing time of the other actor types", types.Skip(Open), axis, most)}</details>"))}
            """);
    }

    private static Markup Table(string caption, IEnumerable<ActorTypeFigures> types, Axis? axis, double most) => HtmlTable.Render(
        caption,
        [
            Column.Text("actor type"), Column.Number("messages"), Column.Number("errors"),
            new Column(axis is null ? Markup.None : RangeMarkup.Labels(axis)),
            Column.Number("queue p50"), Column.Number("p99"), Column.Number("handler p50"), Column.Number("p99"),
            Column.Number("total"), Column.Text(""),
        ],
        types.Select(type => (Markup[])
        [
            Cells.Text(type.ActorType),
            Cells.Rate(type.Rate),
            Cells.Errors(type.Errors),
            axis is null ? Markup.None : RangeMarkup.Render(axis, type.Queue, type.Processing),
            .. Ends(type.Queue),
            .. Ends(type.Processing),
            Cells.Seconds(Total(type)),
            BarMarkup.Render(Part(type.QueueSeconds, most), Part(type.ProcessingSeconds, most)),
        ]));

    private static Markup[] Ends(LatencyFigures latency) => latency.Count == 0
        ? [Cells.Text(ValueText.None), Cells.Text(ValueText.None)]
        : [Cells.Seconds(latency.P50), Cells.Seconds(latency.P99)];

    private static double Total(ActorTypeFigures type) => type.QueueSeconds + type.ProcessingSeconds;

    private static double Part(double seconds, double most) => most > 0 ? seconds / most : 0;
}
