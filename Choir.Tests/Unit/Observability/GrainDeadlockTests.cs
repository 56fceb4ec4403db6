using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Tests.Support;
using Choir.Tests.Unit.Observability.Support;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Choir.Tests.Unit.Observability;

/// <summary>What the inspection shows of waits that are known at the caller.</summary>
public sealed class GrainDeadlockTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_grains_of_two_silos_that_wait_for_each_other_are_shown_as_a_deadlock_and_each_wait_once()
    {
        await using var cluster = await StartAsync(silos: 2);
        foreach (var (id, silo) in new[] { ("a", 0), ("b", 1) })
        {
            RequestContext.Set(IPlacementDirector.PlacementHintKey, cluster.Cluster.Silos[silo].SiloAddress);
            await cluster.Client.GetGrain<IWaiter>(id).LogAsync("here");
        }

        RequestContext.Clear();
        var asked = cluster.Client.GetGrain<IWaiter>("a").FollowAsync(["b", "a"], $"{Guid.NewGuid()}");
        var inspection = cluster.Of<IActorInspection>();
        var stuck = await Eventually.GivesAsync("the deadlock", async () =>
            await inspection.StuckAsync(Token) is { Deadlocks.Count: 1, Handlers.Count: 2 } view ? view : null);

        var deadlock = Assert.Single(stuck.Deadlocks);
        Assert.False(deadlock.IsOver);

        // It has existed since its latest wait began, not since a reading.
        var later = await Eventually.GivesAsync("a later reading", async () =>
            await inspection.StuckAsync(Token) is { Deadlocks: [var same] } view && view.Waits.All(wait => wait.For.ForMs > 2_000) ? same : null);
        Assert.InRange((later.At - deadlock.At).TotalMilliseconds, -500, 500);
        Assert.Equal(["waiter/a", "waiter/b"], deadlock.Path.Distinct().Order(StringComparer.Ordinal));
        Assert.All(stuck.Handlers, one => Assert.Equal("cycle", one.Reason));
        Assert.Equal([("a", "b"), ("b", "a")], stuck.Waits.OrderBy(one => one.ActorId, StringComparer.Ordinal).Select(one => (one.ActorId, one.For.ActorId)));
        Assert.Equal(2, stuck.Waits.Select(one => one.Host).Distinct().Count());
        Assert.All(stuck.Waits, one => Assert.Equal("IWaiter.FollowAsync", one.For.MessageType));
        Assert.DoesNotContain("", stuck.Waits.Select(one => one.Host));
        Assert.Equal(1, cluster.Sum("actor.stuck", ("actor.type", "waiter"), ("reason", "blocked")));
        asked.Ignore();

        // A silo that stops would wait for its calls.
        foreach (var silo in cluster.Cluster.Silos.ToArray())
        {
            await cluster.Cluster.KillSiloAsync(silo, Token);
        }
    }

    [Fact]
    public async Task Grains_that_let_their_callers_call_back_are_no_deadlock()
    {
        await using var cluster = await StartAsync(silos: 1);
        var gate = $"{Guid.NewGuid()}";
        var asked = cluster.Client.GetGrain<IWaiter>("a").LetCallBackAsync("b", gate);
        var inspection = cluster.Of<IActorInspection>();
        var stuck = await Eventually.GivesAsync("three running calls", async () =>
            await inspection.StuckAsync(Token) is { Handlers.Count: 3 } view ? view : null);
        Assert.Equal(2, stuck.Waits.Count);
        Assert.Empty(stuck.Deadlocks);
        Gates.Open(gate);
        await asked;
        await Eventually.HoldsAsync("nothing to wait", async () => await inspection.StuckAsync(Token) is { Handlers: [], Waits: [] });
    }

    [Fact]
    public async Task A_chain_is_the_same_as_without_and_its_stacks_end_at_what_is_awaited()
    {
        await using var cluster = await StartAsync(silos: 1);
        var gate = $"{Guid.NewGuid()}";
        var asked = cluster.Client.GetGrain<IWaiter>("a").FollowAsync(["b", "c"], gate);
        var inspection = cluster.Of<IActorInspection>();
        var stuck = await Eventually.GivesAsync("three stuck calls", async () =>
            await inspection.StuckAsync(Token) is { Handlers.Count: 3 } view ? view : null);
        Assert.Equal(["waiter/a", "waiter/b", "waiter/c"], Assert.Single(stuck.Chains).Path);
        Assert.Equal([("a", "blocked"), ("b", "blocked"), ("c", "slow")], stuck.Handlers.OrderBy(one => one.ActorId).Select(one => (one.ActorId, one.Reason)));
        Assert.All(stuck.Handlers, one => Assert.EndsWith("WaiterGrain.FollowAsync", one.Stack!.Frames[0].Name, StringComparison.Ordinal));

        var live = (await inspection.ActorAsync(new ActorAddress("waiter", "a"), Token)).Live!;
        var awaited = Assert.Single(live.WaitsFor);
        Assert.Equal(("b", "IWaiter.FollowAsync"), (awaited.ActorId, awaited.MessageType));
        Gates.Open(gate);
        await asked;
    }

    [Fact]
    public async Task An_ask_of_a_timer_is_a_wait()
    {
        await using var cluster = await StartAsync(silos: 1);
        var gate = $"{Guid.NewGuid()}";
        await cluster.Client.GetGrain<IWaiter>("a").AskLateAsync("b", gate);
        var inspection = cluster.Of<IActorInspection>();
        var stuck = await Eventually.GivesAsync("the tick and the slow call", async () =>
            await inspection.StuckAsync(Token) is { Handlers.Count: 2 } view ? view : null);
        Assert.Equal(
            [("a", "GrainTimer.Tick", "blocked"), ("b", "IWaiter.FollowAsync", "slow")],
            stuck.Handlers.OrderBy(one => one.ActorId).Select(one => (one.ActorId, one.MessageType, one.Reason)));
        Assert.Equal("a", stuck.Waits.Single().ActorId);
        Assert.Equal(["waiter/a", "waiter/b"], Assert.Single(stuck.Chains).Path);
        Gates.Open(gate);
        await Eventually.HoldsAsync("nothing to wait", async () => await inspection.StuckAsync(Token) is { Handlers: [], Waits: [] });
    }

    private static Task<GrainCluster> StartAsync(short silos) => GrainCluster.StartAsync(
        options => (options.ObserveCallers, options.SlowAfter) = (true, TimeSpan.FromMilliseconds(100)), silos: silos);
}
