using System.Diagnostics;
using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Observability;
using Choir.Tests.Support;
using Choir.Tests.Unit.Observability.Support;
using Orleans.Hosting;

namespace Choir.Tests.Unit.Observability;

/// <summary>The work that Orleans hands to grains: items of streams and channels, ticks of timers.</summary>
public sealed class HandedCallTests : IDisposable
{
    private const string Flow = "message.flow";

    private readonly string _key = $"{Guid.NewGuid():n}";
    private readonly ActivityListener _listener = new()
    {
        ShouldListenTo = static source => source.Name == TelemetryNames.ActivitySource,
        Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
    };

    public HandedCallTests() => ActivitySource.AddActivityListener(_listener);

    [Fact]
    public async Task An_item_of_a_stream_is_a_call_of_the_grain_that_gets_it_in_the_trace_of_the_grain_that_sent_it()
    {
        await using var cluster = await StartAsync();
        await cluster.Client.GetGrain<IReporter>(_key).ReportAsync("rain");
        await Eventually.HoldsAsync("the item to arrive", () =>
            cluster.Sum(Flow, ("source.type", "stream"), ("actor.type", "listener"), ("message.type", "Stream.OnNextAsync"), ("outcome", "ok")) == 1);

        var records = cluster.Of<ActorTelemetry>().Recorder.Find(one => one.ActorId == _key);
        var (sent, arrived) = (records.Single(one => one.Edge.Kind.MessageType == "IReporter.ReportAsync"), records.Single(one => one.Edge.Kind.MessageType == "Stream.OnNextAsync"));
        Assert.Equal((sent.MessageId, sent.CorrelationId), (arrived.CausationId, arrived.CorrelationId));
        Assert.Null(arrived.SenderId);
        Assert.Equal(["IReporter.ReportAsync", "Stream.OnNextAsync"], cluster.Values("actor.messages", "message.type"));
    }

    [Fact]
    public async Task What_is_published_in_a_channel_is_a_call_from_the_grain_that_published_it_with_its_outcome()
    {
        await using var cluster = await StartAsync();
        var reporter = cluster.Client.GetGrain<IReporter>(_key);
        await reporter.CallAsync("good");
        await Assert.ThrowsAnyAsync<Exception>(() => reporter.CallAsync("bad"));
        Assert.Equal(1, cluster.Sum(Flow, ("source.type", "reporter"), ("actor.type", "listener"), ("message.type", "BroadcastChannel.OnPublished"), ("outcome", "ok")));
        Assert.Equal(1, cluster.Sum(Flow, ("source.type", "reporter"), ("actor.type", "listener"), ("message.type", "BroadcastChannel.OnPublished"), ("outcome", "error")));
    }

    [Fact]
    public async Task A_tick_of_a_timer_is_a_call_of_the_host_that_starts_no_trace()
    {
        await using var cluster = await StartAsync();
        await cluster.Client.GetGrain<IReporter>(_key).StartBrokenTimerAsync();
        await Eventually.HoldsAsync("the tick", () =>
            cluster.Sum(Flow, ("source.type", "host"), ("actor.type", "reporter"), ("message.type", "GrainTimer.Tick"), ("outcome", "error")) == 1);
        var tick = Assert.Single(cluster.Of<ActorTelemetry>().Recorder.Find(one => one.ActorId == _key && one.Edge.Kind.MessageType == "GrainTimer.Tick"));
        Assert.Equal(("The timer is broken.", true), (tick.Error, tick.SenderTrace.IsNone));
        Assert.Equal(tick.MessageId, tick.CorrelationId);
    }

    [Fact]
    public async Task Ticks_are_left_out_of_the_latest_messages_as_upkeep_is_unless_they_fail()
    {
        await using var cluster = await StartAsync();
        var (quiet, broken) = (cluster.Client.GetGrain<IReporter>(_key), cluster.Client.GetGrain<IReporter>(_key + "-broken"));
        Gates.Open(_key);
        await quiet.StartTimerAsync(_key);
        await broken.StartBrokenTimerAsync();
        var inspection = cluster.Of<IActorInspection>();
        await Eventually.HoldsAsync("both ticks", async () =>
            (await inspection.MessagesAsync(new MessageFilter(MessageType: "GrainTimer.Tick"), TestContext.Current.CancellationToken)).Messages.Count == 2);
        var latest = await inspection.MessagesAsync(new MessageFilter { WithoutUpkeep = true }, TestContext.Current.CancellationToken);
        Assert.Equal(_key + "-broken", Assert.Single(latest.Messages, hop => hop.MessageType == "GrainTimer.Tick").ActorId);
    }

    [Fact]
    public async Task A_tick_that_does_not_end_is_shown_as_stuck_and_nobody_waits_for_it()
    {
        await using var cluster = await StartAsync();
        using var gates = new OpenGates(_key);
        await cluster.Client.GetGrain<IReporter>(_key).StartTimerAsync(_key);
        var inspection = cluster.Of<IActorInspection>();
        var stuck = await Eventually.GivesAsync("the tick", async () =>
            await inspection.StuckAsync(TestContext.Current.CancellationToken) is { Handlers.Count: 1 } view ? view : null);
        Assert.Equal(("reporter", _key, "GrainTimer.Tick"), (stuck.Handlers[0].ActorType, stuck.Handlers[0].ActorId, stuck.Handlers[0].MessageType));
        Assert.Empty(stuck.Waits);
        Assert.Empty(stuck.Deadlocks);
    }

    public void Dispose() => _listener.Dispose();

    private static Task<GrainCluster> StartAsync() => GrainCluster.StartAsync(
        options => options.SlowAfter = TimeSpan.FromMilliseconds(100),
        silo => silo.AddMemoryStreams(ReporterGrain.Provider).AddMemoryGrainStorage("PubSubStore")
            .AddBroadcastChannel(ReporterGrain.Provider, options => options.FireAndForgetDelivery = false));
}
