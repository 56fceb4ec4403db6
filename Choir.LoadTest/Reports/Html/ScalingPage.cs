using Choir.LoadTest.Reports.Charts;
using Choir.LoadTest.Reports.Model;
using Choir.LoadTest.Reports.Text;

namespace Choir.LoadTest.Reports.Html;

/// <summary>The result of a profile with different numbers of actor hosts, as one HTML page.</summary>
internal static class ScalingPage
{
    public static string Render(ScalingReport scaling) => HtmlPage.Render(
        $"Scaling of {scaling.Profile}",
        Markup.Of($"""
            <header>
            <p class="kind">Load test · scaling</p>
            <h1>{scaling.Profile}</h1>
            <p class="when">{ValueText.Time(scaling.StartedAt)} · {FigureText.Machine(scaling.Machine)}</p>
            </header>
            {(scaling.Interrupted ? Markup.Of($"<p class=\"warning\">It was ended before all runs were complete.</p>") : Markup.None)}
            """),
        [
            ("results", "Throughput by number of actor hosts", Results(scaling)),
            ("model", "Model", Model(scaling)),
        ]);

    private static Markup Results(ScalingReport scaling)
    {
        var largest = scaling.Points.Select(point => point.Rate).DefaultIfEmpty(0).Max();
        return HtmlTable.Render(
            "Throughput, efficiency and limit of each run",
            [
                Column.Number("actor hosts"), Column.Number("rate"), Column.Text(""), Column.Number("speedup"), Column.Number("efficiency"),
                Column.Number("p99"), Column.Number("errors"), Column.Text("limit"),
            ],
            scaling.Points.Select(point => (Markup[])
            [
                Cells.Number(point.ActorHosts),
                Cells.Rate(point.Rate),
                BarMarkup.Render(largest > 0 ? point.Rate / largest : 0),
                Cells.Text($"× {ValueText.Digits(point.Speedup)}"),
                Cells.Share(point.Efficiency),
                Cells.Seconds(point.P99),
                Cells.Share(point.ErrorShare),
                Cells.Text(point.Limit),
            ]));
    }

    private static Markup Model(ScalingReport scaling)
    {
        var notes = Markup.Of($"<ul class=\"notes\">{scaling.Notes.Select(note => Markup.Of($"<li>{note}</li>"))}</ul>");
        if (scaling.Model is not { } model)
        {
            return notes;
        }

        var rows = scaling.Points.Where(point => point.Rate > 0).Zip(model.Residuals, (point, residual) => (Markup[])
        [
            Cells.Number(point.ActorHosts), Cells.Rate(point.Rate), Cells.Rate(point.Rate - residual), Cells.Share(residual / point.Rate),
        ]);
        return Markup.Of($"""
            <p>{ScalingText.Model(model)}</p>
            {notes}
            {HtmlTable.Render(
                "The model's error for each run",
                [Column.Number("actor hosts"), Column.Number("measured"), Column.Number("model"), Column.Number("difference")],
                rows)}
            """);
    }
}
