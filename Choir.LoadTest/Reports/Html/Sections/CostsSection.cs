using Choir.LoadTest.Reports.Charts;
using Choir.LoadTest.Reports.Model;
using Choir.LoadTest.Reports.Text;

namespace Choir.LoadTest.Reports.Html.Sections;

/// <summary>What CPU time and memory were spent on, by actor type and message type, and the hottest methods.</summary>
internal static class CostsSection
{
    public static Markup Render(LoadReport report)
    {
        if (report.Costs is not { } costs)
        {
            return Markup.None;
        }

        return Markup.Of($"""
            <p>Profiled for {ValueText.Duration(costs.Seconds)} in {costs.Processes.Count} processes: {ValueText.Seconds(costs.CpuSeconds)} of CPU time,
            {ValueText.Of(costs.AllocatedBytes, "By")} allocated. The latencies of this run include what the profiler costs.</p>
            {HtmlTable.Render("CPU time and memory by actor type and message type", Columns, costs.ActorTypes.SelectMany(Rows))}
            <h3>Hottest methods</h3>
            {Methods("The methods with the most CPU time of their own", costs.Methods)}
            {costs.ActorTypes.Where(type => type.Methods.Count > 0 || type.Allocations.Count > 0).Select(Details)}
            {Files(costs)}
            {(costs.Notes.Count == 0 ? Markup.None : Markup.Of($"<ul>{costs.Notes.Select(note => Markup.Of($"<li>{note}</li>"))}</ul>"))}
            """);
    }

    private static Column[] Columns =>
    [
        Column.Text("actor type, message type"), Column.Number("turns"), Column.Number("CPU"), Column.Number("share"), Column.Text(""),
        Column.Number("a turn"), Column.Number("allocated"), Column.Number("share"), Column.Number("a turn"), Column.Number("waiting for locks"),
    ];

    private static IEnumerable<Markup[]> Rows(ActorTypeCost type) =>
    [
        Row(Markup.Of($"<b>{type.ActorType}</b>"), type.Cost),
        .. type.Messages.Select(message => Row(Markup.Of($"&emsp;{message.MessageType}"), message.Cost)),
    ];

    private static Markup[] Row(Markup name, TurnCost cost) =>
    [
        name,
        cost.Turns > 0 ? Cells.Number(cost.Turns) : Markup.None,
        Cells.Seconds(cost.CpuSeconds),
        Cells.Share(cost.CpuShare),
        BarMarkup.Render(cost.CpuShare),
        cost.Turns > 0 ? Cells.Seconds(cost.CpuSeconds / cost.Turns) : Markup.None,
        Cells.Text(ValueText.Of(cost.AllocatedBytes, "By")),
        Cells.Share(cost.AllocatedShare),
        cost.Turns > 0 ? Cells.Text(ValueText.Of((double)cost.AllocatedBytes / cost.Turns, "By")) : Markup.None,
        Cells.Seconds(cost.ContentionSeconds),
    ];

    private static Markup Methods(string caption, IEnumerable<MethodCost> methods) => HtmlTable.Render(
        caption,
        [Column.Text("method"), Column.Number("own"), Column.Number("share"), Column.Text(""), Column.Number("with what it calls"), Column.Number("share")],
        methods.Select(method => (Markup[])
        [
            Cells.Text(method.Method),
            Cells.Seconds(method.OwnSeconds),
            Cells.Share(method.OwnShare),
            BarMarkup.Render(method.OwnShare),
            Cells.Seconds(method.TotalSeconds),
            Cells.Share(method.TotalShare),
        ]));

    private static Markup Details(ActorTypeCost type) => Markup.Of($"""
        <details><summary>{type.ActorType}: methods and allocated objects</summary>
        {Methods($"The methods with the most CPU time in turns of {type.ActorType}", type.Methods)}
        {HtmlTable.Render(
            $"The types of objects that {type.ActorType} allocated most of",
            [Column.Text("objects"), Column.Number("estimate"), Column.Number("share")],
            type.Allocations.Select(allocation => (Markup[])
            [
                Cells.Text(allocation.Type), Cells.Text(ValueText.Of(allocation.Bytes, "By")), Cells.Share(allocation.Share),
            ]))}
        </details>

        """);

    private static Markup Files(CostFigures costs)
    {
        ProcessCost[] written = [.. costs.Processes.Where(process => process.ProfileFile is not null)];
        return written.Length == 0 ? Markup.None : Markup.Of($"""
            <p>All stacks, for speedscope.app: {written.Select(process => Markup.Of(
                $"<a href=\"{Uri.EscapeDataString(process.ProfileFile!)}\">{process.Name}</a> "))}</p>
            """);
    }
}
