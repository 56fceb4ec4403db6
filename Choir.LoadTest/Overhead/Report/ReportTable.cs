using System.Globalization;
using Spectre.Console;

namespace Choir.LoadTest.Overhead.Report;

/// <summary>Writes a report to the console.</summary>
internal static class ReportTable
{
    private const string NoValue = "–";

    /// <summary>The share of cores that must be busy; below it, other processes have disturbed the measurement.</summary>
    private const double MinBusyShare = 0.8;

    public static void Write(OverheadReport report, IAnsiConsole console)
    {
        var machine = report.Machine;
        console.WriteLine($"{machine.DotNet}, {machine.Os}, {machine.Architecture}, {machine.Cores} cores; "
            + $"medians of {report.Rounds} {(report.Rounds == 1 ? "round" : "rounds")}");
        console.Write(Table(report));
        foreach (var target in report.Targets)
        {
            console.MarkupLine(Verdict(target));
        }

        if (IdleWarning(report) is { } warning)
        {
            console.MarkupLine($"[yellow]{warning}[/]");
        }
    }

    private static string? IdleWarning(OverheadReport report)
    {
        var cores = Median.Of(report.Scenarios.Select(scenario => scenario.CoresBusy));
        return cores >= report.Machine.Cores * MinBusyShare ? null : string.Create(CultureInfo.InvariantCulture,
            $"Only {cores:0.0} of {report.Machine.Cores} cores were kept busy: other processes ran, or --concurrency is too low.");
    }

    private static Table Table(OverheadReport report)
    {
        // At most 80 columns wide.
        var table = new Table().Border(TableBorder.None);
        table.AddColumn(new TableColumn("scenario").NoWrap().Padding(0, 0, 2, 0));
        foreach (var heading in (string[])
            ["CPU µs", "msg/s", "bytes", "+ µs", "+ bytes", "of bare", "of\u00a0prop."])
        {
            table.AddColumn(new TableColumn(heading).RightAligned().NoWrap().Padding(0, 0, 2, 0));
        }

        var ratios = report.Ratios.ToDictionary(ratio => ratio.Name);
        foreach (var scenario in report.Scenarios)
        {
            var ratio = ratios.GetValueOrDefault(scenario.Name);
            table.AddRow(
                scenario.Name,
                Number(scenario.CpuMicrosPerMessage, "0.000"),
                Number(scenario.MessagesPerSecond, "N0"),
                Number(scenario.BytesPerMessage, "N0"),
                Number(ratio?.ExtraCpuMicros, "+0.000;-0.000"),
                Number(ratio?.ExtraBytes, "+#,0;-#,0"),
                Number(ratio?.ThroughputShare, "0 %"),
                Number(ratio?.ShareOfPropagation, "0 %"));
        }

        return table;
    }

    private static string Verdict(Target target)
    {
        var (what, format) = target.Name switch
        {
            "extraCpuMicros" => ("CPU time added to a message, µs", "0.000"),
            "extraBytes" => ("bytes added to a message", "N0"),
            "shareOfPropagation" => ("CPU time added, of what propagation adds", "0.0 %"),
            _ => ("throughput, of bare", "0.0 %"),
        };
        var verdict = target.Met switch { true => "[green]met[/]", false => "[red]missed[/]", null => "[yellow]not measured[/]" };
        var bound = target.IsAtLeast ? "at least" : "at most";
        return $"{what}: {Number(target.Value, format)} ({bound} {Number(target.Limit, format)}): {verdict}";
    }

    private static string Number(double? value, string format) =>
        value?.ToString(format, CultureInfo.InvariantCulture) ?? NoValue;
}
