using System.Globalization;
using Choir.LoadTest.Reports.Model;
using Spectre.Console;

namespace Choir.LoadTest.Costs;

/// <summary>Writes the cost by actor type to the terminal.</summary>
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

        console.WriteLine(Text(
            $"{costs.Processes.Count} processes, {costs.Seconds:N1} s: {costs.CpuSeconds:N2} s of CPU, {costs.AllocatedBytes / 1e6:N1} MB allocated."));
        if (costs.ActorTypes.Count > 0)
        {
            console.Write(Types(costs));
        }

        if (costs.Methods.Count > 0)
        {
            console.Write(Methods(costs));
        }

        foreach (var process in costs.Processes.Where(process => process.ProfileFile is not null))
        {
            console.WriteLine($"The stacks of {process.Name} are in {process.ProfileFile}: open it at https://www.speedscope.app.");
        }

        foreach (var note in costs.Notes)
        {
            console.WriteLine(note);
        }
    }

    private static Table Types(CostFigures costs)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("actor type", "message type");
        foreach (var name in (string[])["turns", "CPU s", "CPU", "µs a turn", "MB", "allocated", "B a turn", "locks s"])
        {
            table.AddColumn(new TableColumn(name).RightAligned());
        }

        foreach (var type in costs.ActorTypes)
        {
            Add(table, type.ActorType, "", type.Cost);
            foreach (var message in type.Messages)
            {
                Add(table, "", message.MessageType, message.Cost);
            }
        }

        return table;
    }

    private static Table Methods(CostFigures costs)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("hottest methods");
        foreach (var name in (string[])["own s", "own", "total s", "total"])
        {
            table.AddColumn(new TableColumn(name).RightAligned());
        }

        foreach (var method in costs.Methods.Take(MaxMethods))
        {
            table.AddRow(
                Markup.Escape(method.Method), Text($"{method.OwnSeconds:N2}"), Text($"{method.OwnShare:P1}"), Text($"{method.TotalSeconds:N2}"),
                Text($"{method.TotalShare:P1}"));
        }

        return table;
    }

    private static void Add(Table table, string type, string message, TurnCost cost) => table.AddRow(
        Markup.Escape(type),
        Markup.Escape(message),
        cost.Turns > 0 ? Text($"{cost.Turns:N0}") : "",
        Text($"{cost.CpuSeconds:N2}"),
        Text($"{cost.CpuShare:P1}"),
        cost.Turns > 0 ? Text($"{cost.CpuSeconds / cost.Turns * 1e6:N1}") : "",
        Text($"{cost.AllocatedBytes / 1e6:N1}"),
        Text($"{cost.AllocatedShare:P1}"),
        cost.Turns > 0 ? Text($"{cost.AllocatedBytes / cost.Turns:N0}") : "",
        Text($"{cost.ContentionSeconds:N3}"));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
