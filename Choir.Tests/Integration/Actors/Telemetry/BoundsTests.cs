using System.Diagnostics;
using System.Runtime.CompilerServices;
using Choir.Actors;
using Choir.Observability;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Support;
using Choir.Tests.Unit.Actors.Telemetry.Support;

namespace Choir.Tests.Integration.Actors.Telemetry;

/// <summary>The memory and the series of telemetry depend on the number of types, not on the number of actors or on callers' input.</summary>
[Collection(Alone.Name)]
public sealed class BoundsTests(ITestOutputHelper output)
{
    private const int Few = 5_000;
    private const long Megabyte = 1 << 20;

    // What telemetry adds to the fields of an actor: the load, two indexes, the start of the turn, the task of a suspended handler.
    private static readonly long InActor = Unsafe.SizeOf<ActorLoad>() + sizeof(int) + sizeof(int) + sizeof(long) + IntPtr.Size;

    // Far more than a collection takes, so that only a cost that grows with the actors exceeds it.
    private static readonly TimeSpan MaxCollection = TimeSpan.FromSeconds(5);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Set <c>CHOIR_TEST_ACTORS</c> to try another number, such as a million.</summary>
    private static int Many =>
        int.TryParse(Environment.GetEnvironmentVariable("CHOIR_TEST_ACTORS"), out var wanted) ? wanted : 60_000;

    [Fact]
    public async Task Many_actors_have_as_many_series_as_few_and_memory_is_within_its_limit()
    {
        var exported = new ExportedMetrics();
        await using var cluster = await ActorCluster.StartAsync(configureSilo: silo => exported.AddTo(silo));
        var telemetry = cluster.Of<ActorTelemetry>();
        await ActivateAsync(cluster, 0, Few);
        var ofFew = Lines(exported.Collect());

        var watch = Stopwatch.StartNew();
        await ActivateAsync(cluster, Few, Many);
        var activated = watch.Elapsed;
        watch.Restart();
        var all = exported.Collect();
        var collected = watch.Elapsed;
        Assert.Equal(ofFew, Lines(all));
        Assert.Equal(Many, all.Sum("actor.count", ("actor.type", nameof(TinyActor))));
        Assert.Equal(Many, all.Sum("actor.messages", ("actor.type", nameof(TinyActor)), ("outcome", "ok")));
        var memory = telemetry.Memory + (InActor * Many);
        Assert.True(memory <= (64 * Megabyte) + (64L * Many), $"{memory} bytes");
        Assert.True(collected < MaxCollection, $"{collected}");
        output.WriteLine(
            $"{Many} actors in {activated.TotalSeconds:0.0} s; a collection of {ofFew} lines takes {collected.TotalMilliseconds:0.0} ms; "
            + $"telemetry takes {memory / (double)Megabyte:0.0} MiB.");
    }

    [Fact]
    public void The_load_of_an_actor_takes_40_bytes() => Assert.Equal(40, Unsafe.SizeOf<ActorLoad>());

    [Fact]
    public void The_list_of_live_actors_takes_at_most_16_bytes_per_actor_and_shrinks_when_they_leave()
    {
        var live = new LiveActors(static actor => ref actor.Place);
        var actors = Enumerable.Range(0, 100_000).Select(_ => new TinyActor()).ToList();
        actors.ForEach(live.Add);
        Assert.InRange(live.Memory, 8L * actors.Count, 16L * actors.Count);
        actors.ForEach(actor => Assert.True(live.Remove(actor)));
        Assert.InRange(live.Memory, 0, 16 * 1_024);
    }

    [Fact]
    public async Task The_memory_of_telemetry_includes_the_list_of_actors_in_flight()
    {
        await using var cluster = await ActorCluster.StartAsync();
        var telemetry = cluster.Of<ActorTelemetry>();
        var inFlight = cluster.TypeOf(nameof(TinyActor)).InFlight;
        var actors = Enumerable.Range(0, Few).Select(number => LooseActors.Of($"{number}")).ToList();
        var before = telemetry.Memory;
        actors.ForEach(inFlight.Add);
        Assert.InRange(telemetry.Memory - before, Few * IntPtr.Size, long.MaxValue);
        actors.ForEach(actor => inFlight.Remove(actor));
    }

    [Fact]
    public async Task Unknown_message_types_are_counted_as_one()
    {
        const int MadeUp = 100_000;
        var exported = new ExportedMetrics();
        await using var cluster = await ActorCluster.StartAsync(configureSilo: silo => exported.AddTo(silo));
        await cluster.AskAsync(nameof(TinyActor), "a", "TICK");
        var before = exported.Collect();
        await InParallelAsync(0, MadeUp, async number =>
        {
            var reply = await cluster.AskAsync(nameof(TinyActor), "a", $"MADE_UP_{number}");
            Assert.Equal(ErrorCodes.UnknownMessageType, reply.Error().Code);
        });

        var after = exported.Collect();
        var appeared = after.Select(series => series["message.type"]).Except(before.Select(series => series["message.type"]));
        Assert.Equal(["_unknown_"], appeared);
        Assert.Equal(MadeUp, after.Sum("actor.messages", ("actor.type", nameof(TinyActor)), ("message.type", "_unknown_")));

        // Outcomes at the actor, the edge of the flow, and the ask's time at the sender.
        Assert.InRange(after.Count - before.Count, 1, 4);
    }

    [Fact]
    public void Senders_beyond_the_limit_are_one_edge_per_kind()
    {
        var flow = new FlowTable();
        var kinds = Enumerable.Range(0, 100).Select(number => new MessageKind(number, "Target", $"TYPE_{number}")).ToList();
        foreach (var kind in kinds)
        {
            for (var source = 0; source < 1_000; source++)
            {
                Assert.Same(kind, kind.EdgeFrom(flow, $"Source{source}").Kind);
            }

            Assert.InRange(kind.Edges.Length, 1, FlowTable.MaxSources + 1);
            Assert.Contains(kind.Edges.ToArray(), edge => edge.Source == TelemetryNames.Other);
        }

        Assert.InRange(flow.All.Length, FlowTable.MaxEdges, FlowTable.MaxEdges + kinds.Count);
        Assert.Equal(Enumerable.Range(0, flow.All.Length), flow.All.ToArray().Select(edge => edge.Index));
    }

    [Fact]
    public void Pairs_of_asks_beyond_the_limit_are_one_pair()
    {
        var asks = new AskTable();
        for (var pair = 0; pair < 10_000; pair++)
        {
            var series = asks.Of($"Source{pair}", "Target", Outcome.Timeout);
            Assert.Equal(Outcome.Timeout, asks.All[series].Outcome);
        }

        Assert.Equal((AskTable.MaxPairs + 1) * Outcomes.Count, asks.All.Length);

        // A lookup adds no pair.
        Assert.Equal("Source7", asks.All[asks.Of("Source7", "Target", Outcome.Ok)].Source);
        Assert.Equal(TelemetryNames.Other, asks.All[asks.Of("Source9999", "Target", Outcome.Ok)].Source);
    }

    [Fact]
    public async Task A_message_type_has_at_most_60_series()
    {
        var exported = new ExportedMetrics();
        await using var cluster = await ActorCluster.StartAsync(configureSilo: silo => exported.AddTo(silo));
        await cluster.AskAsync(nameof(TinyActor), "a", "TICK");
        var ofKind = exported.Collect().Where(series => series["actor.type"] == nameof(TinyActor) && series["message.type"] == "TICK");
        Assert.InRange(Lines([.. ofKind]), 1, 60);
    }

    private static int Lines(IReadOnlyList<ExportedSeries> all) => all.Sum(series => series.Lines);

    private static Task ActivateAsync(ActorCluster cluster, int from, int to)
    {
        var client = cluster.Of<IActorClient>();
        return InParallelAsync(from, to, async number =>
        {
            var reply = await client.Ask(new ActorAddress(nameof(TinyActor), $"tiny-{number}"), "TICK", "{}"u8.ToArray());
            Assert.False(reply.IsError);
        });
    }

    private static Task InParallelAsync(int from, int to, Func<int, ValueTask> act) =>
        Parallel.ForEachAsync(
            Enumerable.Range(from, to - from), new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = Token },
            (number, _) => act(number));
}
