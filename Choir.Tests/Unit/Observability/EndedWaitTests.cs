using Choir.Actors.Inspection;
using Choir.Observatory.Why.Causes;
using Choir.Tests.Support;
using Choir.Tests.Unit.Observability.Support;
using Choir.Tests.Unit.Observatory.Why;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Choir.Tests.Unit.Observability;

/// <summary>How long a caller is shown as waiting for a call that goes on.</summary>
public sealed class EndedWaitTests
{
    private readonly string _gate = $"{Guid.NewGuid()}";
    private readonly string _own = $"{Guid.NewGuid()}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("cancels", true)]
    [InlineData("cancels", false)]
    [InlineData("times out", true)]
    [InlineData("times out", false)]
    [InlineData("awaits the first of two", false)]
    public async Task A_caller_that_has_given_up_does_not_wait(string way, bool observeCallers)
    {
        await using var cluster = await StartAsync(observeCallers);
        using var open = new OpenGates(_gate, _own);
        var before = await Snapshots.ReadAsync(cluster.Of<IActorInspection>());
        var busy = Grain(cluster, "a").GiveUpAsync(way, "b", _gate, _own);
        var idle = Grain(cluster, "c").GiveUpAsync(way, "d", _gate, own: null);
        await idle;
        var inspection = cluster.Of<IActorInspection>();
        var stuck = await Eventually.GivesAsync("three calls, for which nobody waits", async () =>
            await inspection.StuckAsync(Token) is { Handlers.Count: 3, Waits.Count: 0 } view && view.Handlers.All(one => one is { Reason: "slow", ForMs: > 1_000 }) ? view : null);
        Assert.Empty(stuck.Chains);
        Assert.Contains("2 other handlers", Assert.Single(Snapshots.ExplainAfter(before, await Snapshots.ReadAsync(cluster.Of<IActorInspection>())), one => one.Cause == LongHandler.Cause).Sentence, StringComparison.Ordinal);
        Gates.Open(_gate);
        Gates.Open(_own);
        await busy;
    }

    [Fact]
    public async Task A_caller_that_awaits_something_else_after_the_first_of_two_is_slow_while_its_ask_is_open()
    {
        await using var cluster = await StartAsync(observeCallers: true);
        using var open = new OpenGates(_gate, _own);
        var asked = Grain(cluster, "a").GiveUpAsync("awaits the first of two", "b", _gate, _own);
        var inspection = cluster.Of<IActorInspection>();
        var stuck = await Eventually.GivesAsync("two slow calls", async () =>
            await inspection.StuckAsync(Token) is { Handlers.Count: 2 } view && view.Handlers.All(one => one.Reason == "slow") ? view : null);
        Assert.Empty(stuck.Chains);
        Gates.Open(_gate);
        Gates.Open(_own);
        await asked;
    }

    [Fact]
    public async Task A_caller_whose_silo_was_lost_does_not_wait()
    {
        await using var cluster = await StartAsync(observeCallers: true, silos: 2);
        using var open = new OpenGates(_gate);
        foreach (var (id, silo) in new[] { ("a", 1), ("b", 0) })
        {
            RequestContext.Set(IPlacementDirector.PlacementHintKey, cluster.Cluster.Silos[silo].SiloAddress);
            await Grain(cluster, id).PassAsync();
        }

        RequestContext.Clear();
        Grain(cluster, "a").AskLongAsync("b", _gate).Ignore();
        var inspection = cluster.Of<IActorInspection>();
        await Eventually.HoldsAsync("a wait", async () => await inspection.StuckAsync(Token) is { Waits.Count: 1, Handlers.Count: 2 });
        await cluster.Cluster.KillSiloAsync(cluster.Cluster.Silos[1], Token);
        await Eventually.HoldsAsync("no wait, although the call runs", async () =>
            await inspection.StuckAsync(Token) is { Waits: [], Handlers: [{ ActorId: "b" }], Hosts.Missing: [] });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_caller_of_a_method_with_a_long_timeout_waits_longer_than_others(bool observeCallers)
    {
        var timeout = TimeSpan.FromSeconds(1);
        await using var cluster = await StartAsync(observeCallers, silo: silo => silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = timeout));
        using var open = new OpenGates(_gate);
        var before = await Snapshots.ReadAsync(cluster.Of<IActorInspection>());
        var asked = Grain(cluster, "a").AskLongAsync("b", _gate);
        var inspection = cluster.Of<IActorInspection>();
        var stuck = await Eventually.GivesAsync("both calls to run longer than other callers wait", async () =>
            await inspection.StuckAsync(Token) is { Handlers.Count: 2 } view && view.Handlers.All(one => one.ForMs > 2 * timeout.TotalMilliseconds) ? view : null);
        Assert.Equal(("a", "b"), (Assert.Single(stuck.Waits).ActorId, stuck.Waits[0].For.ActorId));
        Assert.Equal(["errand/a", "errand/b"], Assert.Single(stuck.Chains).Path);
        Assert.Equal("errand/b", Assert.Single(Snapshots.ExplainAfter(before, await Snapshots.ReadAsync(cluster.Of<IActorInspection>())), one => one.Cause == LongHandler.Cause).Subject);
        Gates.Open(_gate);
        await asked;
    }

    private static IErrand Grain(GrainCluster cluster, string id) => cluster.Client.GetGrain<IErrand>(id);

    private static Task<GrainCluster> StartAsync(bool observeCallers, short silos = 1, Action<ISiloBuilder>? silo = null) => GrainCluster.StartAsync(
        options => (options.ObserveCallers, options.SlowAfter) = (observeCallers, TimeSpan.FromMilliseconds(100)), silo, silos: silos);
}
