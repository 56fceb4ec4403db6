using Choir.Actors.Inspection;
using Choir.Observatory.Why.Causes;
using Choir.Tests.Support;
using Choir.Tests.Unit.Observability.Support;
using Choir.Tests.Unit.Observatory.Why;

namespace Choir.Tests.Unit.Observability;

/// <summary>What is said of grains that ask without awaiting the answer.</summary>
public sealed class ForgottenAskTests
{
    private readonly string _gate = $"{Guid.NewGuid()}";
    private readonly string _own = $"{Guid.NewGuid()}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_ask_beside_the_awaited_one_closes_no_deadlock()
    {
        await using var cluster = await StartAsync();
        using var open = new OpenGates(_gate);
        var asked = Grain(cluster, "a").ForgetThenAskAsync("b", "c", _gate);
        var stuck = await OldAsync(cluster, waits: 3, handlers: 3);
        Assert.Empty(stuck.Deadlocks);
        Assert.Equal(["a blocked", "b blocked", "c slow"], Reasons(stuck));
        Assert.Equal(["errand/b errand/a errand/c"], stuck.Chains.Select(chain => string.Join(' ', chain.Path)));
        Gates.Open(_gate);
        await asked;
        await Grain(cluster, "b").PassAsync();
    }

    [Fact]
    public async Task An_activation_that_does_not_await_what_it_asks_is_no_deadlock_and_one_that_does_is()
    {
        await using var cluster = await StartAsync();
        using var open = new OpenGates("forgets:x");
        var forgetting = Grain(cluster, "forgets:x").PassAsync();
        Assert.Empty((await OldAsync(cluster, waits: 2, handlers: 1)).Deadlocks);
        Grain(cluster, "asks:y").PassAsync().Ignore();
        var deadlock = Assert.Single((await OldAsync(cluster, waits: 4, handlers: 2)).Deadlocks);
        Assert.Equal(["errand/asks:y", "errand/y"], deadlock.Path.Distinct().Order(StringComparer.Ordinal));
        Gates.Open("forgets:x");
        await forgetting;

        // A silo that stops would wait for its calls.
        await cluster.Cluster.KillSiloAsync(cluster.Cluster.Silos[0], Token);
    }

    [Fact]
    public async Task A_deadlock_by_one_of_several_tasks_that_are_awaited_together_is_shown()
    {
        await using var cluster = await StartAsync();
        using var open = new OpenGates(_gate);
        Grain(cluster, "a").FollowAllAsync(["b", "a"], _gate).Ignore();
        var stuck = await OldAsync(cluster, waits: 2, handlers: 2);
        Assert.Single(stuck.Deadlocks);
        Assert.Equal(["a cycle", "b cycle"], Reasons(stuck));
        Assert.Contains(stuck.Handlers.Single(one => one.ActorId == "a").Stack!.Frames, frame => frame.Name == "errand/b");
        await cluster.Cluster.KillSiloAsync(cluster.Cluster.Silos[0], Token);
    }

    [Fact]
    public async Task A_grain_that_awaits_something_else_is_slow_and_its_stack_does_not_name_what_it_asked()
    {
        await using var cluster = await StartAsync();
        using var open = new OpenGates(_gate, _own);
        var asked = Task.WhenAll(Grain(cluster, "a").ForgetThenHoldAsync("n", _gate, _own), Grain(cluster, "b").ForgetThenHoldAllAsync("m", _gate, _own));
        var stuck = await OldAsync(cluster, waits: 2, handlers: 4);
        Assert.Equal(["a slow", "b slow", "m slow", "n slow"], Reasons(stuck));
        Assert.Empty(stuck.Chains);
        Assert.Equal((4, 0), (Stuck(cluster, "slow"), Stuck(cluster, "blocked")));
        var stack = stuck.Handlers.Single(one => one.ActorId == "b").Stack!.Frames;
        Assert.Contains(stack, frame => frame.Name == "Task.WhenAll");
        Assert.DoesNotContain(stack, frame => frame.Name.Contains("errand/", StringComparison.Ordinal));
        Gates.Open(_gate);
        Gates.Open(_own);
        await asked;
    }

    [Fact]
    public async Task Why_counts_the_grain_that_hangs_also_if_an_ask_of_an_earlier_call_is_open()
    {
        await using var cluster = await StartAsync();
        using var open = new OpenGates(_gate, _own);
        await Grain(cluster, "a").ForgetAsync("n", _gate);
        var before = await Snapshots.ReadAsync(cluster.Of<IActorInspection>());

        // Idle, it is not stuck.
        await OldAsync(cluster, waits: 1, handlers: 1);
        Assert.Equal((1, 0), (Stuck(cluster, "slow"), Stuck(cluster, "blocked")));
        var held = Grain(cluster, "a").HoldAsync(_own);
        var stuck = await OldAsync(cluster, waits: 1, handlers: 2);
        Assert.Equal(["a slow", "n slow"], Reasons(stuck));
        Assert.Empty(stuck.Chains);
        await Eventually.HoldsAsync("calls of unusual length", async () => (await cluster.Of<IActorInspection>().StuckAsync(Token)).Handlers.All(one => one.ForMs > 1_000));
        var finding = Assert.Single(Snapshots.ExplainAfter(before, await Snapshots.ReadAsync(cluster.Of<IActorInspection>())), one => one.Cause == LongHandler.Cause);
        Assert.Equal("errand/n", finding.Subject);
        Assert.Contains("1 other handler runs unusually long too", finding.Sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("waiting for its reply", finding.Sentence, StringComparison.Ordinal);
        Gates.Open(_gate);
        Gates.Open(_own);
        await held;
    }

    [Fact]
    public async Task A_stack_ends_at_the_answer_without_the_methods_of_Orleans_before_it()
    {
        await using var cluster = await StartAsync();
        using var open = new OpenGates(_gate);
        var asked = Grain(cluster, "a").AskLongAsync("b", _gate);
        var stuck = await OldAsync(cluster, waits: 1, handlers: 2);
        Assert.EndsWith("ErrandGrain.AskLongAsync the answer of a grain", string.Join(' ', stuck.Handlers.Single(one => one.ActorId == "a").Stack!.Frames.Select(frame => frame.Name)), StringComparison.Ordinal);
        Gates.Open(_gate);
        await asked;
    }

    private static IErrand Grain(GrainCluster cluster, string id) => cluster.Client.GetGrain<IErrand>(id);

    private static double Stuck(GrainCluster cluster, string reason) => cluster.Sum("actor.stuck", ("actor.type", "errand"), ("reason", reason));

    private static IEnumerable<string> Reasons(StuckView stuck) => stuck.Handlers.Select(one => $"{one.ActorId} {one.Reason}").Order(StringComparer.Ordinal);

    // When all waits are old enough to be those of a deadlock.
    private static Task<StuckView> OldAsync(GrainCluster cluster, int waits, int handlers)
    {
        var inspection = cluster.Of<IActorInspection>();
        return Eventually.GivesAsync($"{waits} old waits and {handlers} stuck calls", async () =>
            await inspection.StuckAsync(Token) is { } view && view.Waits.Count == waits && view.Handlers.Count == handlers
                && view.Waits.All(wait => wait.For.ForMs > 3 * view.SlowAfterMs) ? view : null);
    }

    private static Task<GrainCluster> StartAsync() =>
        GrainCluster.StartAsync(options => (options.ObserveCallers, options.SlowAfter) = (true, TimeSpan.FromMilliseconds(100)));
}
