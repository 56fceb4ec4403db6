using System.Diagnostics;
using System.Runtime.CompilerServices;
using Choir.Actors;
using Choir.Actors.Telemetry;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Support;
using Choir.Tests.Unit.Actors.Telemetry.Support;

namespace Choir.Tests.Unit.Actors.Telemetry;

/// <summary>What telemetry holds depends on the number of types, never on the number of actors or on what callers make up.</summary>
[Collection(Alone.Name)]
public sealed class BoundsTests(ITestOutputHelper output)
{
    private const int Few = 10_000;
    private const long Megabyte = 1 << 20;

    // Far above what it takes, so that only something that grows with the actors can be meant.
    private static readonly TimeSpan Sane = TimeSpan.FromSeconds(5);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Set <c>CHOIR_TEST_ACTORS</c> to try another number, such as a million.</summary>
    private static int Many =>
        int.TryParse(Environment.GetEnvironmentVariable("CHOIR_TEST_ACTORS"), out var wanted) ? wanted : 200_000;

    [Fact]
    public async Task Many_actors_make_no_more_series_than_few_and_the_memory_is_within_its_bound()
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
        Assert.True(telemetry.Memory <= 64 * Megabyte + 64L * Many, $"{telemetry.Memory} bytes");
        Assert.True(collected < Sane, $"{collected}");
        output.WriteLine(
            $"{Many} actors in {activated.TotalSeconds:0.0} s; a collection of {ofFew} lines takes {collected.TotalMilliseconds:0.0} ms; "
            + $"telemetry holds {telemetry.Memory / (double)Megabyte:0.0} MiB.");
    }

    [Fact]
    public void What_telemetry_keeps_in_an_actor_is_within_64_bytes()
    {
        // The load, two places, the begin of the turn; and twice a place in the list of the live, which doubles as it grows.
        var inActor = Unsafe.SizeOf<ActorLoad>() + sizeof(int) + sizeof(int) + sizeof(long);
        Assert.InRange(inActor, 1, 64);

        var live = new LiveActors(static actor => ref actor.Place);
        var actors = Enumerable.Range(0, 100_000).Select(_ => new TinyActor()).ToList();
        actors.ForEach(live.Add);
        Assert.InRange(live.Memory, 8L * actors.Count, 16L * actors.Count);
        actors.ForEach(actor => Assert.True(live.Remove(actor)));
        Assert.InRange(live.Memory, 0, 16 * 1_024);
    }

    [Fact]
    public async Task Message_types_that_callers_make_up_are_one_value()
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

        // Outcomes at the actor, the edge of the flow, and the ask's time at the sender: a handful of series in all.
        Assert.InRange(after.Count - before.Count, 1, 4);
    }

    [Fact]
    public void Senders_beyond_the_bound_are_one_edge_of_each_kind_and_none_is_lost()
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
    public void Pairs_of_asks_beyond_the_bound_are_one_pair()
    {
        var asks = new AskTable();
        for (var pair = 0; pair < 10_000; pair++)
        {
            var series = asks.Of($"Source{pair}", "Target", Outcome.Timeout);
            Assert.Equal(Outcome.Timeout, asks.All[series].Outcome);
        }

        Assert.Equal((AskTable.MaxPairs + 1) * Outcomes.Count, asks.All.Length);
        // All are known by now: looking makes no more.
        Assert.Equal("Source7", asks.All[asks.Of("Source7", "Target", Outcome.Ok)].Source);
        Assert.Equal(TelemetryNames.Other, asks.All[asks.Of("Source9999", "Target", Outcome.Ok)].Source);
    }

    [Fact]
    public async Task A_kind_of_message_is_at_most_60_series()
    {
        var exported = new ExportedMetrics();
        await using var cluster = await ActorCluster.StartAsync(configureSilo: silo => exported.AddTo(silo));
        await cluster.AskAsync(nameof(TinyActor), "a", "TICK");
        var ofKind = exported.Collect().Where(series => series["actor.type"] == nameof(TinyActor) && series["message.type"] == "TICK");
        Assert.InRange(Lines([.. ofKind]), 1, 60);
    }

    // As lines at Prometheus, of which a histogram takes many.
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
