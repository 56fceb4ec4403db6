using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Choir.LoadTest.Overhead;
using Choir.LoadTest.Overhead.Report;
using Choir.LoadTest.Overhead.Scenarios;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;

namespace Choir.LoadTest.LiveActors;

/// <summary>The hidden command with which <see cref="LiveActorsCommand"/> starts a process for each scenario, which holds actors in memory.</summary>
internal static class HoldCommand
{
    /// <summary>The prefix of an output line with the number of actors that are live so far.</summary>
    public const string LiveLine = "live: ";

    /// <summary>The prefix of an output line with <see cref="HeldActors"/> as JSON.</summary>
    public const string ResultLine = "held: ";

    private const string Name = "hold";
    private const int Loops = 64;
    private const int Reads = 9;
    private const int ActorsOfProgress = 50_000;

    private static readonly Argument<string> ScenarioName = new Argument<string>("scenario")
        .AcceptOnlyFromAmong([.. Scenario.All.Select(scenario => scenario.Name)]);

    private static readonly Argument<Uri> Sink = new("sink") { CustomParser = result => new Uri(result.Tokens.Single().Value) };

    private static readonly Argument<int[]> Counts = new("counts") { Arity = ArgumentArity.OneOrMore };

    public static Command Create()
    {
        var command = new Command(Name, "Holds actors in this process.") { Hidden = true };
        command.Add(ScenarioName);
        command.Add(Sink);
        command.Add(Counts);
        command.SetAction((parsed, cancellationToken) => RunAsync(
            Scenario.Find(parsed.GetValue(ScenarioName)!)!, parsed.GetValue(Sink)!, parsed.GetValue(Counts)!, cancellationToken));
        return command;
    }

    /// <summary>The command line that holds these numbers of actors, one after the other.</summary>
    public static string[] Arguments(Scenario scenario, Uri sink, IEnumerable<int> counts) =>
        [Name, scenario.Name, sink.AbsoluteUri, .. counts.Select(count => count.ToString(CultureInfo.InvariantCulture))];

    private static async Task<int> RunAsync(Scenario scenario, Uri sink, int[] counts, CancellationToken cancellationToken)
    {
        using var host = scenario.Build(new SiloSettings(sink, ClientActivity: false));
        await host.StartAsync(cancellationToken);
        var sender = scenario.Sender(host.Services, counts[^1]);
        var live = 0;
        foreach (var count in counts)
        {
            await ActivateAsync(sender, live, count, cancellationToken);
            live = count;
            var (series, time) = await ReadAsync(host, cancellationToken);
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
            var held = new HeldActors(count, GC.GetTotalMemory(forceFullCollection: false), series, time);
            Console.WriteLine(ResultLine + JsonSerializer.Serialize(held, ReportJson.Line));
        }

        await host.StopAsync(cancellationToken);
        return 0;
    }

    private static Task ActivateAsync(IMessageSender sender, int from, int to, CancellationToken cancellationToken)
    {
        var next = from - 1;
        return Task.WhenAll(Enumerable.Range(0, Loops).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var actor && actor < to)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var reply = await sender.SendAsync(actor);
                if (reply.IsError)
                {
                    throw new InvalidOperationException($"A message was refused: {reply.Error().Message}");
                }

                if (actor > 0 && actor % ActorsOfProgress == 0)
                {
                    Console.WriteLine(LiveLine + actor.ToString(CultureInfo.InvariantCulture));
                }
            }
        }, cancellationToken)));
    }

    private static async Task<(int Series, double Milliseconds)> ReadAsync(IHost host, CancellationToken cancellationToken)
    {
        if (host is not WebApplication app)
        {
            return (0, 0);
        }

        using var http = new HttpClient();
        var address = new Uri(new Uri(app.Urls.First()), "/metrics");
        var text = await http.GetStringAsync(address, cancellationToken);
        var times = new List<double>();
        for (var read = 0; read < Reads; read++)
        {
            var started = Stopwatch.GetTimestamp();
            text = await http.GetStringAsync(address, cancellationToken);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return (text.Split('\n').Count(IsOfActors), Median.Of(times));
    }

    // The others are those of the host, such as of its connections. Hot actors are ten of each kind and window.
    private static bool IsOfActors(string line) =>
        line.Contains("actor_type=\"", StringComparison.Ordinal) && !line.StartsWith("actor_hot_", StringComparison.Ordinal);
}
