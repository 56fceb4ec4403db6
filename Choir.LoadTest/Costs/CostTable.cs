using Choir.LoadTest.Reports.Model;
using Choir.LoadTest.Reports.Text;
using Spectre.Console;

namespace Choir.LoadTest.Costs;

/// <summary>Writes the cost by actor type to the terminal, in tables that fit into its width.</summary>
internal static class CostTable
{
    private const int MaxMethods = 15;

    // In a file no line needs to be broken.
    private const int FileWidth = 240;

    /// <summary>Writes all tables and notes.</summary>
    public static void Write(CostFigures costs, IAnsiConsole console)
    {
        if (!console.Profile.Out.IsTerminal)
        {
            console.Profile.Width = FileWidth;
        }

        WriteWithin(costs, console);
    }

    /// <summary>Writes all tables and notes in the width that the console has.</summary>
    internal static void WriteWithin(CostFigures costs, IAnsiConsole console)
    {
        var processes = costs.Processes.Count == 1 ? "process" : "processes";
        console.WriteLine($"{costs.Processes.Count} {processes}, {ValueText.Duration(costs.Seconds)}: {ValueText.Seconds(costs.CpuSeconds)} of CPU, {Bytes(costs.AllocatedBytes)} allocated.");
        string[][] cpu = [.. Rows(costs, cost => [Turns(cost), ValueText.Seconds(cost.CpuSeconds), ValueText.Share(cost.CpuShare), Each(cost, cost.CpuSeconds, "s"), ValueText.Seconds(cost.ContentionSeconds)])];
        NamedTable.Write(console, ["CPU time", "turns", "CPU", "share", "a turn", "locks"], cpu, NamedTable.CutEnd);
        string[][] memory = [.. Rows(costs, cost => [Bytes(cost.AllocatedBytes), ValueText.Share(cost.AllocatedShare), Each(cost, cost.AllocatedBytes, "By")])];
        NamedTable.Write(console, ["memory", "allocated", "share", "a turn"], memory, NamedTable.CutEnd);
        string[][] methods =
        [
            .. costs.Methods.Take(MaxMethods).Select(method => (string[])
            [
                method.Method, ValueText.Seconds(method.OwnSeconds), ValueText.Share(method.OwnShare), ValueText.Seconds(method.TotalSeconds),
                ValueText.Share(method.TotalShare),
            ]),
        ];
        NamedTable.Write(console, ["hottest methods", "own", "share", "total", "share"], methods, NamedTable.CutBegin);
        foreach (var process in costs.Processes.Where(process => process.ProfileFile is not null))
        {
            console.WriteLine($"The stacks of {process.Name} are in {process.ProfileFile}: open it at https://www.speedscope.app.");
        }

        foreach (var note in costs.Notes)
        {
            console.WriteLine(note);
        }
    }

    // Message types are indented below their actor type.
    private static IEnumerable<string[]> Rows(CostFigures costs, Func<TurnCost, string[]> cells) => costs.ActorTypes.SelectMany(type => (string[][])
    [
        [type.ActorType, .. cells(type.Cost)],
        .. type.Messages.Select(message => (string[])["  " + message.MessageType, .. cells(message.Cost)]),
    ]);

    private static string Turns(TurnCost cost) => cost.Turns > 0 ? ValueText.Count(cost.Turns) : "";

    private static string Each(TurnCost cost, double sum, string unit) => cost.Turns > 0 ? ValueText.Of(sum / cost.Turns, unit) : "";

    private static string Bytes(double bytes) => ValueText.Of(bytes, "By");
}
