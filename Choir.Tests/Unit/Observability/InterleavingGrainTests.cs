using Choir.Actors.Inspection;
using Choir.Tests.Support;
using Choir.Tests.Unit.Observability.Support;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Choir.Tests.Unit.Observability;

/// <summary>What the inspection shows of grains whose calls run beside each other, and which cycles of waits are deadlocks.</summary>
public sealed class InterleavingGrainTests
{
    private readonly string _gate = $"{Guid.NewGuid()}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Grains_that_take_calls_while_they_wait_are_no_deadlock_also_if_other_calls_are_queued()
    {
        await using var cluster = await StartAsync();
        using var open = new OpenGates(_gate);
        var asked = cluster.Client.GetGrain<IDesk>("a").SendTwiceAsync("b", _gate);
        var stuck = await StuckAsync(cluster, waits: 3, handlers: 3);
        Assert.Empty(stuck.Deadlocks);
        Assert.DoesNotContain(stuck.Handlers, one => one.Reason == "cycle");
        Gates.Open(_gate);
        await asked;
    }

    [Fact]
    public async Task Workers_of_one_name_are_no_deadlock()
    {
        await using var cluster = await StartAsync();
        using var open = new OpenGates(_gate);
        var pool = cluster.Client.GetGrain<IPool>(0);
        var asked = Task.WhenAll(pool.SendAsync("b", _gate), pool.SendAsync("b", _gate));
        Assert.Empty((await StuckAsync(cluster, waits: 3, handlers: 4)).Deadlocks);
        Gates.Open(_gate);
        await asked;
    }

    [Fact]
    public async Task Grains_whose_long_names_look_alike_are_no_deadlock()
    {
        await using var cluster = await StartAsync();
        using var open = new OpenGates(_gate);
        var name = new string('x', 300);
        var held = cluster.Client.GetGrain<IClerk>(name + "2").HoldAsync(_gate);
        await StuckAsync(cluster, waits: 0, handlers: 1);
        var asked = cluster.Client.GetGrain<IClerk>(name + "1").FollowAsync([name + "2"]);
        Assert.Empty((await StuckAsync(cluster, waits: 1, handlers: 2)).Deadlocks);
        Gates.Open(_gate);
        await Task.WhenAll(held, asked);
    }

    [Fact]
    public async Task A_grain_that_does_not_await_what_it_asks_is_no_deadlock()
    {
        await using var cluster = await StartAsync();
        using var open = new OpenGates(_gate);
        var asked = cluster.Client.GetGrain<IClerk>("a").ForgetAsync("b", _gate);
        Assert.Empty((await StuckAsync(cluster, waits: 2, handlers: 2)).Deadlocks);
        Gates.Open(_gate);
        await asked;
    }

    [Fact]
    public async Task Cycles_over_silos_of_one_grain_and_of_a_timer_are_deadlocks()
    {
        await using var cluster = await StartAsync(silos: 2);
        foreach (var (name, number) in new[] { "a", "b", "c", "alone", "t", "u" }.Select((name, number) => (name, number)))
        {
            RequestContext.Set(IPlacementDirector.PlacementHintKey, cluster.Cluster.Silos[number % 2].SiloAddress);
            await cluster.Client.GetGrain<IClerk>(name).PassAsync();
        }

        RequestContext.Clear();
        cluster.Client.GetGrain<IClerk>("a").FollowAsync(["b", "c", "a"]).Ignore();
        cluster.Client.GetGrain<IClerk>("alone").FollowAsync(["alone"]).Ignore();
        await cluster.Client.GetGrain<IClerk>("t").FollowLateAsync(["u", "t"]);
        var inspection = cluster.Of<IActorInspection>();
        var stuck = await Eventually.GivesAsync("three deadlocks", async () =>
            await inspection.StuckAsync(Token) is { Deadlocks.Count: 3, Handlers.Count: 6 } view ? view : null);
        Assert.Equal(
            ["clerk/a clerk/b clerk/c", "clerk/alone", "clerk/t clerk/u"],
            stuck.Deadlocks.Select(one => string.Join(' ', one.Path.Distinct().Order(StringComparer.Ordinal))).Order(StringComparer.Ordinal));
        Assert.All(stuck.Handlers, one => Assert.Equal("cycle", one.Reason));

        // A silo that stops would wait for its calls.
        foreach (var silo in cluster.Cluster.Silos.ToArray())
        {
            await cluster.Cluster.KillSiloAsync(silo, Token);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Each_call_of_a_reentrant_grain_has_its_own_reason(bool observeCallers)
    {
        await using var cluster = await StartAsync(observeCallers: observeCallers);
        using var open = new OpenGates(_gate);
        var desk = cluster.Client.GetGrain<IDesk>("a");
        var calls = Task.WhenAll(desk.HoldAsync(_gate), desk.AskAsync("b", _gate));
        var stuck = await StuckAsync(cluster, waits: 1, handlers: 3);
        Assert.Equal(
            ["IClerk.HoldAsync slow", "IDesk.AskAsync blocked", "IDesk.HoldAsync slow"],
            stuck.Handlers.Select(one => $"{one.MessageType} {one.Reason}").Order(StringComparer.Ordinal));
        Assert.Equal((1, 0), (Stuck(cluster, "slow"), Stuck(cluster, "blocked")));
        Gates.Open(_gate);
        await calls;
    }

    [Fact]
    public async Task A_reentrant_grain_whose_calls_all_await_answers_counts_as_blocked()
    {
        await using var cluster = await StartAsync();
        using var open = new OpenGates(_gate);
        var desk = cluster.Client.GetGrain<IDesk>("a");
        var calls = Task.WhenAll(desk.AskAsync("b", _gate), desk.AskAsync("c", _gate));
        await StuckAsync(cluster, waits: 2, handlers: 4);
        Assert.Equal((0, 1), (Stuck(cluster, "slow"), Stuck(cluster, "blocked")));
        Gates.Open(_gate);
        await calls;
    }

    [Fact]
    public async Task A_grain_of_which_one_call_waits_while_another_blocks_its_thread_counts_once()
    {
        await using var cluster = await StartAsync(observeCallers: false);
        var blocking = $"{Guid.NewGuid()}";
        using var open = new OpenGates(_gate, blocking);
        var waiter = cluster.Client.GetGrain<IWaiter>("a");
        await waiter.LogAsync("here");
        var calls = new List<Task> { waiter.WaitAsync(_gate) };
        await StuckAsync(cluster, waits: 0, handlers: 1);
        calls.Add(waiter.HoldAsync(blocking));
        await StuckAsync(cluster, waits: 0, handlers: 2);
        Assert.Equal(1, cluster.Sum("actor.stuck", ("actor.type", "waiter")));
        Gates.Open(blocking);
        Gates.Open(_gate);
        await Task.WhenAll(calls);
    }

    private static double Stuck(GrainCluster cluster, string reason) => cluster.Sum("actor.stuck", ("actor.type", "desk"), ("reason", reason));

    // When all waits are old enough to be those of a deadlock.
    private static Task<StuckView> StuckAsync(GrainCluster cluster, int waits, int handlers)
    {
        var inspection = cluster.Of<IActorInspection>();
        return Eventually.GivesAsync($"{waits} waits and {handlers} stuck calls", async () =>
            await inspection.StuckAsync(Token) is { } view && view.Waits.Count == waits && view.Handlers.Count == handlers
                && view.Waits.All(wait => wait.For.ForMs > 2 * view.SlowAfterMs) ? view : null);
    }

    private static Task<GrainCluster> StartAsync(short silos = 1, bool observeCallers = true) => GrainCluster.StartAsync(
        options => (options.ObserveCallers, options.SlowAfter) = (observeCallers, TimeSpan.FromMilliseconds(100)), silos: silos);
}
