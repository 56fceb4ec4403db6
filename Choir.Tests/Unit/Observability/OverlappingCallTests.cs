using Choir.Actors.Inspection;
using Choir.Observability;
using Choir.Tests.Support;
using Choir.Tests.Unit.Observability.Support;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.Observability;

/// <summary>Grains that are not said to be busy, because their calls do not wait for each other, though nothing in their class says so.</summary>
public sealed class OverlappingCallTests
{
    private const string Type = "ticker";

    private readonly string _gate = $"{Guid.NewGuid()}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(TimerKind.Legacy)]
    [InlineData(TimerKind.Interleaving)]
    public async Task A_grain_is_not_busy_with_ticks_that_calls_do_not_wait_for(TimerKind kind)
    {
        await using var cluster = await GrainCluster.StartAsync();
        using var open = new OpenGates(_gate);
        var ticker = cluster.Client.GetGrain<ITicker>("a");
        await ticker.NoteAsync();
        Assert.True(await IsSequentialAsync(cluster));

        await ticker.StartAsync(kind, _gate);
        await Eventually.HoldsAsync("the tick to start", () => Gates.IsAsked(_gate));
        await ticker.NoteAsync();
        Assert.False(await IsSequentialAsync(cluster));
        Gates.Open(_gate);
        await TickedAsync(cluster);
        Assert.Equal(0, cluster.Sum("actor.hot.busy", ("actor.type", Type)));
    }

    [Fact]
    public async Task A_grain_is_busy_with_ticks_that_calls_wait_for()
    {
        await using var cluster = await GrainCluster.StartAsync();
        Gates.Open(_gate);
        await cluster.Client.GetGrain<ITicker>("a").StartAsync(TimerKind.Ordinary, _gate);
        await TickedAsync(cluster);
        Assert.True(await IsSequentialAsync(cluster));
        await Eventually.HoldsAsync("the busy time", () => cluster.Values("actor.hot.busy", "actor.type").Contains(Type));
    }

    [Fact]
    public async Task A_call_that_comes_back_in_a_chain_does_not_make_its_grain_twice_as_busy()
    {
        await using var cluster = await GrainCluster.StartAsync();
        await cluster.Client.GetGrain<ITicker>("a").CallBackAsync("b");
        Assert.True(await IsSequentialAsync(cluster));
        await cluster.Client.GetGrain<ITicker>("a").LetCallBackAsync("b");
        Assert.False(await IsSequentialAsync(cluster));
    }

    [Fact]
    public void Calls_that_overlapped_count_until_they_are_not_among_those_of_the_last_minute()
    {
        var time = new FakeTimeProvider();
        var type = new TypeTelemetry(Type, new WindowClock(time), isGrain: true);
        Assert.True(type.IsSequential);
        type.OnOverlapped();
        Assert.False(type.IsSequential);
        time.Advance(HotActors.WindowLength);
        Assert.False(type.IsSequential);
        time.Advance(HotActors.WindowLength);
        Assert.True(type.IsSequential);
    }

    private static Task TickedAsync(GrainCluster cluster) => Eventually.HoldsAsync(
        "the tick to end", () => cluster.Sum("actor.messages", ("actor.type", Type), ("message.type", HandedCall.Tick)) == 1);

    private static async Task<bool> IsSequentialAsync(GrainCluster cluster) =>
        (await cluster.Of<IActorInspection>().TypesAsync(Token)).Types.Single(type => type.Type == Type).IsSequential;
}
