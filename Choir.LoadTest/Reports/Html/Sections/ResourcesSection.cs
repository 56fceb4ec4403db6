using Choir.LoadTest.Reports.Charts;
using Choir.LoadTest.Reports.Model;
using Choir.LoadTest.Reports.Text;

namespace Choir.LoadTest.Reports.Html.Sections;

/// <summary>CPU, memory, garbage collection and pools of the system's processes and machines, over time.</summary>
internal static class ResourcesSection
{
    private static readonly (string Series, string Title, string Unit)[] OfProcesses =
    [
        ("cpu", "CPU, cores", ""),
        ("memory", "Memory", "By"),
        ("heap", "Managed heap", "By"),
        ("gc", "Time in garbage collection", "1"),
        ("threads", "Threads", ""),
        ("pool_queue", "Thread pool queue", ""),
        ("queue", "Messages in queues", ""),
        ("connections", "Database connections in use", "1"),
        ("connection_waits", "Statements that wait for a connection", ""),
        ("handles", "Handles", ""),
    ];

    private static readonly (string Series, string Title, string Unit)[] OfMachines =
    [
        ("cpu", "CPU of the machine", "%"),
        ("memory", "Memory of the machine", "By"),
        ("database", "Database size", "By"),
    ];

    public static Markup Render(LoadReport report)
    {
        if (report.System is not { } system)
        {
            return Markup.None;
        }

        var processes = system.Processes.Select(process => (process.Name, process.Series)).ToArray();
        var machines = system.Machines.Select(machine => (machine.Host, machine.Series)).ToArray();
        var charts = Markup.Join([.. OfProcesses.Select(chart => Chart(chart, processes)), .. OfMachines.Select(chart => Chart(chart, machines))]);
        return Markup.Of($"""
            {(charts.IsEmpty ? Markup.None : Markup.Of($"<div class=\"charts\">{charts}</div>"))}
            {Processes(system)}
            {system.Unreachable.Take(20).Select(text => Markup.Of($"<p class=\"warning\">{text}</p>"))}
            """);
    }

    private static Markup Chart(
        (string Series, string Title, string Unit) chart,
        IEnumerable<(string Name, IReadOnlyDictionary<string, IReadOnlyList<SeriesPoint>> Series)> sources) =>
        LineChartMarkup.Render(new LineChart(chart.Title, chart.Unit,
        [
            .. sources
                .Where(source => source.Series.ContainsKey(chart.Series))
                .Select(source => new ChartSeries(source.Name,
                    [.. source.Series[chart.Series].Select(point => new ChartPoint(point.At, point.Value))])),
        ]));

    private static Markup Processes(SystemFigures system) => HtmlTable.Render(
        "Means of each process",
        [Column.Text("process"), Column.Text("service"), Column.Number("CPU, cores"), Column.Number("allocated"), Column.Number("GC pauses")],
        system.Processes.Select(process => (Markup[])
        [
            Cells.Text(process.Name),
            Cells.Text(process.Service),
            Cells.Text(ValueText.Of(process.CpuCores, "")),
            Cells.Text(ValueText.Of(process.AllocatedBytesPerSecond, "By/s")),
            Cells.Share(process.GcPauseShare),
        ]));
}
