using System.Globalization;
using System.Threading.Channels;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Aspire.Hosting.Orchestration;

/// <summary>
/// In place of the dashboard: resources' lines with their names, and below them, on a terminal, a live table of resources,
/// states and addresses. Where output goes to a file, changes of state are lines among the others.
/// </summary>
internal sealed class ConsoleView : IHostedService, IAsyncDisposable
{
    private const int LineLimit = 10_000;
    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(100);
    private static readonly string[] Colors = ["blue", "green", "yellow", "magenta", "cyan", "olive", "teal", "purple"];

    private readonly ResourceNotificationService notifications;
    private readonly ResourceLoggerService logs;
    private readonly SortedDictionary<string, ResourceEvent> resources = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> colors = [];
    private readonly CancellationTokenSource stopping = new();
    private readonly TextWriter plainOut = Console.Out;
    private readonly Channel<IRenderable> lines;
    private readonly IAnsiConsole console;
    private readonly bool live;
    private Task showing = Task.CompletedTask;
    private volatile bool changed;
    private int dropped;

    public ConsoleView(ResourceNotificationService notifications, ResourceLoggerService logs)
    {
        this.notifications = notifications;
        this.logs = logs;
        lines = Channel.CreateBounded<IRenderable>(
            new BoundedChannelOptions(LineLimit) { FullMode = BoundedChannelFullMode.DropOldest },
            _ => Interlocked.Increment(ref dropped));
        // Nothing is read here, so a redirected input is no reason against a live table.
        console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(plainOut), Interactive = InteractionSupport.Yes,
        });
        live = !Console.IsOutputRedirected && console.Profile.Capabilities is { Ansi: true, Interactive: true };
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        logs.LineWritten += Take;
        if (live)
            // What the AppHost itself prints must not tear the table.
            Console.SetOut(TextWriter.Synchronized(new LineWriter(line => lines.Writer.TryWrite(new Text(line)))));
        showing = Task.WhenAll(Watch(), live ? ShowTable() : Task.CompletedTask);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        await showing;
        logs.LineWritten -= Take;
        if (live)
            Console.SetOut(plainOut);
    }

    // A start that failed is not followed by a stop.
    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        stopping.Dispose();
    }

    private void Take(string resource, LogLine line)
    {
        if (!live)
            plainOut.WriteLine($"{resource} | {line.Content}");
        else
            lines.Writer.TryWrite(new Markup($"[{Color(resource)}]{Markup.Escape(resource),-12}[/] | {Markup.Escape(line.Content)}"));
    }

    private string Color(string resource)
    {
        lock (colors)
        {
            if (!colors.TryGetValue(resource, out var color))
                colors[resource] = color = Colors[colors.Count % Colors.Length];
            return color;
        }
    }

    private async Task Watch()
    {
        var shown = new Dictionary<string, string>();
        try
        {
            await foreach (var change in notifications.WatchAsync(stopping.Token))
            {
                lock (resources)
                    resources[change.ResourceId] = change;
                changed = true;
                var text = string.Join(' ', [State(change.Snapshot), .. change.Snapshot.Urls.Select(url => url.Url)]);
                if (live || change.Resource is ParameterResource || shown.GetValueOrDefault(change.ResourceId) == text)
                    continue;
                shown[change.ResourceId] = text;
                plainOut.WriteLine($"{change.ResourceId}: {text}");
            }
        }
        catch (OperationCanceledException)
        {
            // The application stops.
        }
    }

    private async Task ShowTable()
    {
        await console.Live(Table()).StartAsync(async display =>
        {
            while (!stopping.IsCancellationRequested)
            {
                await Task.WhenAny(Task.Delay(Frame, stopping.Token));
                var batch = new List<IRenderable>();
                while (lines.Reader.TryRead(out var line))
                    batch.Add(line);
                if (Interlocked.Exchange(ref dropped, 0) is var missed and > 0)
                    batch.Add(new Text(string.Create(CultureInfo.InvariantCulture, $"… {missed} lines were not shown")));
                if (batch.Count > 0)
                    console.Write(new Rows(batch));
                if (!changed)
                    continue;
                // Before it is drawn: a change meanwhile is drawn the next time.
                changed = false;
                display.UpdateTarget(Table());
            }
        });
    }

    private Table Table()
    {
        var table = new Table { Border = TableBorder.Rounded };
        table.AddColumns("Resource", "State", "Addresses");
        lock (resources)
            foreach (var (id, known) in resources)
                if (known.Resource is not ParameterResource)
                    table.AddRow(new Markup($"[{Color(known.Resource.Name)}]{Markup.Escape(id)}[/]"),
                        new Text(State(known.Snapshot), Style(known.Snapshot)),
                        new Text(string.Join('\n', known.Snapshot.Urls.Select(Address))));
        return table;
    }

    private static string Address(UrlSnapshot url) =>
        url.DisplayProperties.DisplayName is { Length: > 0 } name ? $"{name}: {url.Url}" : url.Url;

    // Parameters' values, which may be secrets, are never among this.
    private static string State(CustomResourceSnapshot snapshot)
    {
        var state = snapshot.State?.Text ?? "Unknown";
        if (snapshot.ExitCode is { } code)
            return string.Create(CultureInfo.InvariantCulture, $"{state} (exit code {code})");
        return snapshot.HealthStatus is { } health && health != HealthStatus.Healthy ? $"{state} ({health})" : state;
    }

    private static Style Style(CustomResourceSnapshot snapshot) => new(
        snapshot.State?.Text == KnownResourceStates.FailedToStart || snapshot.ExitCode is not (null or 0) ? ConsoleColor.Red
        : snapshot.HealthStatus == HealthStatus.Healthy ? ConsoleColor.Green
        : ConsoleColor.Yellow);

    private sealed class LineWriter(Action<string> take) : TextWriter
    {
        private readonly System.Text.StringBuilder line = new();

        public override System.Text.Encoding Encoding => System.Text.Encoding.UTF8;

        public override void Write(char value)
        {
            if (value == '\n')
            {
                take(line.ToString().TrimEnd('\r'));
                line.Clear();
            }
            else
            {
                line.Append(value);
            }
        }
    }
}
