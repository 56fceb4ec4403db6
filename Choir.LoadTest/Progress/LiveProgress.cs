using System.Globalization;
using Choir.LoadTest.Engine;
using Choir.LoadTest.Profiles;
using Spectre.Console;

namespace Choir.LoadTest.Progress;

/// <summary>Shows on standard error what a running test does: a live table on a terminal, else a line every few seconds.</summary>
internal static class LiveProgress
{
    private static readonly TimeSpan TableInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(5);

    public static Func<LoadRun, Task, Task> For(bool quiet) =>
        quiet ? (_, _) => Task.CompletedTask : Console.IsErrorRedirected ? LinesAsync : TableAsync;

    /// <summary>The state in one line, for a log.</summary>
    public static string Line(RunView view)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{Clock(view.Elapsed),7}  {view.Phase,-12}  {view.Recent.Rate,8:N1}/s{Intended(view)}  p50 {Latency(view.Recent.P50)}  p95 {Latency(view.Recent.P95)}  p99 {Latency(view.Recent.P99)}  errors {view.Recent.Errors:0.#}/s  in flight {view.InFlight}");
        text += view.Waiting > 0 ? string.Create(CultureInfo.InvariantCulture, $"  waiting {view.Waiting:N0}") : "";
        return view.Status.Count > 0 ? $"{text}  {string.Join("  ", view.Status)}" : text;
    }

    /// <summary>A latency with three digits at most.</summary>
    public static string Latency(double? seconds) => seconds switch
    {
        null => "-",
        < 0.001 => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1e6:0}µs"),
        < 0.01 => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1e3:0.0}ms"),
        < 1 => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1e3:0}ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.00}s"),
    };

    private static string Intended(RunView view) => view.Rate is { } rate ? string.Create(CultureInfo.InvariantCulture, $" of {rate:N1}/s") : "";

    private static string Clock(double seconds)
    {
        var time = TimeSpan.FromSeconds(Math.Abs(Math.Truncate(seconds)));
        var text = time.ToString(time.TotalHours >= 1 ? "h\\:mm\\:ss" : "m\\:ss", CultureInfo.InvariantCulture);
        return seconds <= -1 ? "-" + text : text;
    }

    private static async Task LinesAsync(LoadRun run, Task ended)
    {
        using var timer = new PeriodicTimer(LineInterval);
        while (await Task.WhenAny(timer.WaitForNextTickAsync().AsTask(), ended) != ended)
        {
            await Console.Error.WriteLineAsync(Line(run.View()));
        }
    }

    private static async Task TableAsync(LoadRun run, Task ended)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        using var timer = new PeriodicTimer(TableInterval);
        await console.Live(Table(run.View())).AutoClear(true).StartAsync(async live =>
        {
            while (await Task.WhenAny(timer.WaitForNextTickAsync().AsTask(), ended) != ended)
            {
                live.UpdateTarget(Table(run.View()));
            }
        });
    }

    private static Rows Table(RunView view)
    {
        var table = new Table { Border = TableBorder.Rounded, Title = new TableTitle($"{Markup.Escape(view.Phase)}  {Progress(view)}") };
        string[] columns = ["ops/s", "intended", "p50", "p95", "p99", "errors/s", "in flight", "waiting"];
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        table.AddRow(
            Number(view.Recent.Rate),
            view.Rate is { } intended ? Number(intended) : "-",
            Latency(view.Recent.P50),
            Latency(view.Recent.P95),
            Latency(view.Recent.P99),
            view.Recent.Errors > 0 ? $"[red]{Number(view.Recent.Errors)}[/]" : "0",
            string.Create(CultureInfo.InvariantCulture, $"{view.InFlight} of {view.Users}"),
            view.Waiting > 0 ? $"[yellow]{view.Waiting.ToString("N0", CultureInfo.InvariantCulture)}[/]" : "0");
        return new Rows([table, .. view.Status.Select(status => new Text(status)), new Text("Ctrl-C ends the test with a report of what was measured.", new Style(decoration: Decoration.Dim))]);
    }

    private static string Progress(RunView view) => view.Elapsed < 0
        ? $"begins in {DurationText.Format(TimeSpan.FromSeconds(Math.Ceiling(-view.Elapsed)))}"
        : $"{Clock(view.Elapsed)} of {Clock(view.Planned)}";

    private static string Number(double value) => value.ToString("N1", CultureInfo.InvariantCulture);
}
