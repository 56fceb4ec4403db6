using System.Diagnostics;
using Choir.Actors;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Support;
using Choir.Tests.Unit.Actors.Telemetry.Support;
using OpenTelemetry.Metrics;
using Orleans.Runtime;

namespace Choir.Tests.Integration.Actors.Telemetry;

/// <summary>Every instrument of the actor library as a reader gets it: name, kind, unit, attributes and values.</summary>
[Collection(Alone.Name)]
public sealed class InstrumentContractTests
{
    private const string Probe = nameof(ProbeActor);
    private const string Errands = nameof(MessengerActor);

    private static readonly (string Name, MetricType Kind, string Unit, string[] Tags)[] Contract =
    [
        ("actor.activation.time", MetricType.Histogram, "s", ["actor.type"]),
        ("actor.count", MetricType.LongSumNonMonotonic, "{actor}", ["actor.type"]),
        ("actor.created", MetricType.LongSum, "{actor}", ["actor.type"]),
        ("actor.destroyed", MetricType.LongSum, "{actor}", ["actor.type", "reason"]),
        ("actor.message.processing", MetricType.Histogram, "s", ["actor.type", "message.type"]),
        ("actor.messages", MetricType.LongSum, "{message}", ["actor.type", "message.type", "outcome"]),
        ("actor.restarts", MetricType.LongSum, "{restart}", ["actor.type"]),
        ("actor.state.changes", MetricType.LongSum, "{change}", ["actor.type", "state.key"]),
        ("actor.state.conflicts", MetricType.LongSum, "{conflict}", ["actor.type"]),
        ("actor.state.size", MetricType.Histogram, "By", ["actor.type"]),
        ("actor.state.total_size", MetricType.LongSumNonMonotonic, "By", ["actor.type"]),
        ("actor.telemetry.memory", MetricType.LongSumNonMonotonic, "By", []),
        ("ask.time", MetricType.Histogram, "s", ["actor.type", "outcome", "source.type"]),
        ("message.dead_letters", MetricType.LongSum, "{message}", ["actor.type", "message.type", "reason"]),
        ("message.flow", MetricType.LongSum, "{message}", ["actor.type", "message.type", "outcome", "source.type"]),
        ("message.queue.length", MetricType.LongSumNonMonotonic, "{message}", ["actor.type"]),
        ("message.queue.longest", MetricType.LongGauge, "{message}", ["actor.type"]),
        ("message.queue.time", MetricType.Histogram, "s", ["actor.type", "message.type"]),
        ("message.queue.unmeasured", MetricType.LongSum, "{message}", []),
        ("message.size", MetricType.Histogram, "By", ["actor.type", "message.type"]),
        ("telemetry.dropped", MetricType.LongSum, "{item}", ["signal"]),
    ];

    [Fact]
    public async Task Names_kinds_units_and_attributes_are_those_of_the_catalogue_and_counts_are_exact()
    {
        var (exported, ofClient) = (new ExportedMetrics(), new ExportedMetrics());
        await using var cluster = await ActorCluster.StartAsync(
            configure: ShortLimits, configureSilo: silo => exported.AddTo(silo), configureClient: client => ofClient.AddTo(client.Services));
        await EverythingAsync(cluster);
        IReadOnlyList<ExportedSeries> all = [];
        await Eventually.GivesAsync(
            "all messages to be counted",
            () =>
            {
                all = exported.Collect();
                return Task.FromResult(
                    all.Sum("actor.messages", ("actor.type", Probe)) == 25 && all.Sum("message.dead_letters", ("actor.type", Probe)) == 2
                        ? all
                        : null);
            },
            explain: () => $"; there are\n{string.Join('\n', Lines(all.Of("message.flow"), "actor.type", "message.type", "outcome"))}\n"
                + string.Join('\n', Lines(all.Of("message.dead_letters"), "actor.type", "message.type", "reason")));

        AssertContract(all);
        AssertOutcomes(all);
        AssertHistograms(all);
        AssertAsks([.. all, .. ofClient.Collect()]);
        AssertLifecycle(all);
        AssertState(all);
        Assert.Equal(
            ["DO expired 1", "_unknown_ no_handler 1"],
            Lines(all.Of("message.dead_letters", ("actor.type", Probe)), "message.type", "reason"));
        Assert.Equal(
            ["_unknown_ undeliverable 1"], Lines(ofClient.Collect().Of("message.dead_letters", ("actor.type", "_unknown_")), "message.type", "reason"));
    }

    [Fact]
    public async Task A_traced_message_is_an_exemplar_and_is_counted_once()
    {
        var exported = new ExportedMetrics();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == TelemetryNames.ActivitySource,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        await using var cluster = await ActorCluster.StartAsync(
            configureSilo: silo => exported.AddTo(silo, metrics => metrics.SetExemplarFilter(ExemplarFilterType.TraceBased)));
        var (kept, notKept) = (Trace(sampled: true), Trace(sampled: false));
        for (var i = 0; i < 3; i++)
        {
            await cluster.AskAsync(Probe, "a", "DO", options: new SendOptions { TraceContext = kept });
            await cluster.AskAsync(Probe, "a", "DO", options: new SendOptions { TraceContext = notKept });
        }

        var processing = Assert.Single(exported.Collect().Of("actor.message.processing", ("message.type", "DO")));
        Assert.Equal(6, processing.Count);
        Assert.NotEmpty(processing.Exemplars);
        Assert.All(processing.Exemplars, trace => Assert.Equal(kept.TraceId, trace));
    }

    [Fact]
    public async Task A_type_without_messages_is_exported_as_zero_from_the_start()
    {
        var exported = new ExportedMetrics();
        await using var cluster = await ActorCluster.StartAsync(configureSilo: silo => exported.AddTo(silo));
        var all = exported.Collect();
        foreach (var name in new[] { "actor.created", "actor.restarts", "actor.state.conflicts", "actor.count", "message.queue.length" })
        {
            Assert.Equal(0, Assert.Single(all.Of(name, ("actor.type", Probe))).Value);
        }

        Assert.Equal(
            ["deactivated 0", "failed 0", "idle 0", "restarted 0", "shutdown 0"], Lines(all.Of("actor.destroyed", ("actor.type", Probe)), "reason"));
        Assert.Equal(
            ["DO error 0", "DO ok 0"],
            Lines(all.Of("actor.messages", ("actor.type", Probe), ("message.type", "DO")), "message.type", "outcome"));
    }

    private static void ShortLimits(ActorOptions options)
    {
        options.HandlerTimeLimit = TimeSpan.FromMilliseconds(100);
        options.FailuresBeforeRestart = 3;
        options.RestartBackoff = TimeSpan.FromMilliseconds(1);
    }

    private static async Task EverythingAsync(ActorCluster cluster)
    {
        await RepeatAsync(5, () => cluster.AskAsync(Probe, "a", "DO"));
        await RepeatAsync(3, () => cluster.AskAsync(Probe, "failing", "FAIL"));
        await cluster.AskAsync(Probe, "waiting", "WAIT");
        await cluster.AskAsync(Probe, "a", "WRITE", new Note("a"));
        await cluster.AskAsync(Probe, "a", "WRITE", new Note("bb"));
        await cluster.AskAsync(Probe, "a", "WRITE", new { text = 5 });
        await RepeatAsync(4, () => cluster.AskAsync(Probe, "a", "MADE_UP"));
        cluster.Tell(Probe, "a", "MADE_UP_TOO");
        cluster.Tell("NoSuchActor", "a", "LOST");

        await cluster.AskAsync(Errands, "e", "RUN", new Carry("a", "DO"));
        await cluster.AskAsync(Errands, "e", "RUN", new Carry("a", "DO"));
        await cluster.AskAsync(Errands, "e", "RUN", new Carry("b", "FAIL"));
        await cluster.AskAsync(Errands, "e", "RUN", new Carry("a", "DO", Ask: false));

        // Two messages whose deadline passes in the queue, before the handler ahead of them reaches its time limit.
        var gate = Guid.NewGuid().ToString("n");
        var held = cluster.AskAsync(Probe, "held", "HOLD", new Work(gate));
        await Eventually.HoldsAsync("the actor to be busy", () => Gates.Of(gate).Arrived == 1);
        var brief = new SendOptions { Timeout = TimeSpan.FromMilliseconds(20) };
        cluster.Tell(Probe, "held", "DO", options: brief);
        Assert.Equal(ErrorCodes.Timeout, (await cluster.AskAsync(Probe, "held", "DO", options: brief)).Error().Code);
        var sent = Stopwatch.GetTimestamp();
        await Eventually.HoldsAsync("both messages to wait", () => cluster.TypeOf(Probe).QueueLength == 2);
        await Eventually.HoldsAsync("their deadline to pass by any clock", () => Stopwatch.GetElapsedTime(sent) > brief.Timeout);
        Gates.Of(gate).Open();
        await held;

        await Assert.ThrowsAsync<ActorUnavailableException>(() => cluster.AskAsync(Probe, "broken", "DO"));
        cluster.Storage.Overwrite(Probe, "a", new ProbeState("another's"));
        Assert.True((await cluster.AskAsync(Probe, "a", "WRITE", new Note("c"))).IsError);
        await cluster.Cluster.DeactivateAsync(GrainId.Create(Probe, "waiting"));
    }

    private static void AssertContract(IReadOnlyList<ExportedSeries> all)
    {
        foreach (var (name, kind, unit, tags) in Contract)
        {
            var series = all.Of(name);
            Assert.True(series.Count > 0, $"{name} is not exported.");
            Assert.All(series, one =>
            {
                Assert.Equal((name, kind, unit), (one.Name, one.Type, one.Unit));
                Assert.Equal(tags, one.Tags.Keys.Order(StringComparer.Ordinal));
                Assert.NotEmpty(one.Description);
            });
        }

        // Instruments with ids and those of a cluster have tests of their own.
        string[] others = ["actor.hot", "actor.stuck", "cluster.hosts"];
        Assert.Equal(
            Contract.Select(one => one.Name),
            all.Select(one => one.Name).Distinct().Order(StringComparer.Ordinal)
                .Where(name => !Array.Exists(others, other => name.StartsWith(other, StringComparison.Ordinal))));
    }

    private static void AssertOutcomes(IReadOnlyList<ExportedSeries> all)
    {
        Assert.Equal(
            [
                "DO ok 8", "DO timeout 2", "FAIL error 4", "HOLD ok 1", "WAIT timeout 1", "WRITE error 1", "WRITE ok 2",
                "WRITE rejected 1", "_unknown_ rejected 5",
            ],
            Lines(all.Of("actor.messages", ("actor.type", Probe)).Where(one => one.Value > 0), "message.type", "outcome"));
        Assert.Equal(
            [
                "MessengerActor DO ok 3", "MessengerActor FAIL error 1", "gateway DO ok 5", "gateway DO timeout 2", "gateway FAIL error 3",
                "gateway HOLD ok 1", "gateway WAIT timeout 1", "gateway WRITE error 1", "gateway WRITE ok 2", "gateway WRITE rejected 1",
                "gateway _unknown_ rejected 5",
            ],
            Lines(all.Of("message.flow", ("actor.type", Probe)), "source.type", "message.type", "outcome"));
        Assert.Equal(4, all.Sum("message.flow", ("source.type", "gateway"), ("actor.type", Errands), ("outcome", "ok")));
    }

    private static void AssertHistograms(IReadOnlyList<ExportedSeries> all)
    {
        // Refused messages are not recorded.
        foreach (var name in new[] { "actor.message.processing", "message.queue.time", "message.size" })
        {
            Assert.Equal(
                ["DO 10", "FAIL 4", "HOLD 1", "WAIT 1", "WRITE 3"],
                all.Of(name, ("actor.type", Probe)).Select(one => $"{one["message.type"]} {one.Count}").Order(StringComparer.Ordinal));
        }

        var times = all.Of("actor.message.processing")[0].Bounds;
        Assert.Equal((1e-5, 60, 19), (times[0], times[^1], times.Length));
        var sizes = all.Of("message.size")[0].Bounds;
        Assert.Equal((64, 16 << 20, 10), (sizes[0], sizes[^1], sizes.Length));
        var waited = Assert.Single(all.Of("actor.message.processing", ("message.type", "WAIT"), ("actor.type", Probe)));
        Assert.InRange(waited.Value, 0.09, 60);
        var written = Assert.Single(all.Of("message.size", ("message.type", "WRITE"), ("actor.type", Probe)));
        Assert.Equal("""{"text":"a"}{"text":"bb"}{"text":"c"}""".Length, written.Value);
        var empty = Assert.Single(all.Of("message.size", ("message.type", "FAIL"), ("actor.type", Probe)));
        Assert.Equal((8, 2, 2), (empty.Value, empty.Range.Min, empty.Range.Max));
    }

    private static void AssertAsks(IReadOnlyList<ExportedSeries> all) => Assert.Equal(
        [
            "MessengerActor ProbeActor error 1", "MessengerActor ProbeActor ok 2", "gateway MessengerActor ok 4", "gateway ProbeActor error 4",
            "gateway ProbeActor ok 8", "gateway ProbeActor rejected 5", "gateway ProbeActor timeout 2", "gateway ProbeActor unknown 1",
        ],
        all.Of("ask.time").Select(one => $"{one["source.type"]} {one["actor.type"]} {one["outcome"]} {one.Count}").Order(StringComparer.Ordinal));

    private static void AssertLifecycle(IReadOnlyList<ExportedSeries> all)
    {
        // Activated: a, b, failing, waiting and held. Failed: broken. Deactivated: a by its conflict, waiting on request.
        Assert.Equal(3, all.Sum("actor.count", ("actor.type", Probe)));
        Assert.Equal(6, all.Sum("actor.created", ("actor.type", Probe)));
        Assert.Equal(
            ["deactivated 1", "failed 1", "idle 0", "restarted 1", "shutdown 0"], Lines(all.Of("actor.destroyed", ("actor.type", Probe)), "reason"));
        Assert.Equal(1, all.Sum("actor.restarts", ("actor.type", Probe)));
        Assert.Equal(5, Assert.Single(all.Of("actor.activation.time", ("actor.type", Probe))).Count);
    }

    private static void AssertState(IReadOnlyList<ExportedSeries> all)
    {
        Assert.Equal(
            ["never 0", "text 2", "writes 2"], Lines(all.Of("actor.state.changes", ("actor.type", Probe)), "state.key"));
        Assert.Equal(1, all.Sum("actor.state.conflicts", ("actor.type", Probe)));
        var sizes = Assert.Single(all.Of("actor.state.size", ("actor.type", Probe)));
        var (first, second) = (ActorJson.Serialize(new ProbeState("a", 1)).Length, ActorJson.Serialize(new ProbeState("bb", 2)).Length);
        Assert.Equal((2, first + second, first, second), (sizes.Count, sizes.Value, sizes.Range.Min, sizes.Range.Max));

        // The only state in memory was that of the stale activation.
        Assert.Equal(0, all.Sum("actor.state.total_size", ("actor.type", Probe)));
    }

    private static IEnumerable<string> Lines(IEnumerable<ExportedSeries> series, params string[] tags) =>
        series.Select(one => $"{string.Join(' ', tags.Select(tag => one[tag]))} {one.Value}").Order(StringComparer.Ordinal);

    private static async Task RepeatAsync(int times, Func<Task> act)
    {
        for (var i = 0; i < times; i++)
        {
            await act();
        }
    }

    private static TraceContext Trace(bool sampled) =>
        TraceContext.Parse($"00-{ActivityTraceId.CreateRandom()}-{ActivitySpanId.CreateRandom()}-{(sampled ? "01" : "00")}");
}
