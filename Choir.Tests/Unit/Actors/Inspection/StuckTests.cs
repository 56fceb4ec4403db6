using Choir.Observability;
using System.Diagnostics.Metrics;
using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Support;
using Choir.Tests.Unit.Actors.Telemetry.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Choir.Tests.Unit.Actors.Inspection;

public sealed class StuckTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_chain_that_waits_for_a_hanging_handler_is_listed_with_its_path_over_two_hosts()
    {
        await using var cluster = await StartAsync();
        var gate = cluster.Gate();
        var first = await cluster.NewActorAsync();
        var second = await cluster.NewActorAsync(notWith: first);
        var third = await cluster.NewActorAsync(notWith: second);
        var last = await cluster.NewActorAsync(notWith: third);
        var asked = cluster.Actors.AskAsync(nameof(ErrandActor), first, "GO", new Errand([second, third, last], gate));
        var stuck = await Eventually.GivesAsync("the chain of slow handlers", async () =>
            await cluster.Inspection.StuckAsync(Token) is { Chains: [{ IsHeldUp: true, Path.Count: 4 }], Handlers.Count: 4 } view ? view : null);

        var chain = Assert.Single(stuck.Chains);
        Assert.Equal([Name(first), Name(second), Name(third), Name(last)], chain.Path);
        Assert.Equal(["GO", "GO", "GO"], chain.MessageTypes);

        // Compared as a set: the hosts report at different times, so the order of their waits is not exact.
        Assert.Equal(
            [.. new[] { first, second, third }.Order(StringComparer.Ordinal)],
            stuck.Handlers.Where(handler => handler.Reason == "blocked").Select(handler => handler.ActorId).Order(StringComparer.Ordinal));
        var hanging = Assert.Single(stuck.Handlers, handler => handler.Reason == "slow");
        Assert.Equal((last, "GO", false), (hanging.ActorId, hanging.MessageType, hanging.BlocksThread));
        Assert.Equal(await cluster.HostOfAsync(last), hanging.Host);
        Assert.True(hanging.ForMs >= stuck.SlowAfterMs);
        Assert.Equal(3, stuck.Waits.Count);
        var wait = Assert.Single(stuck.Waits, wait => wait.ActorId == second);
        Assert.Equal((third, "GO"), (wait.For.ActorId, wait.For.MessageType));
        Assert.Empty(stuck.Deadlocks);
        Assert.Equal(2, stuck.Hosts.Answered.Count);
        await OpenAndEndAsync(gate, asked);
        await Eventually.HoldsAsync("nothing to be stuck", async () => await cluster.Inspection.StuckAsync(Token) is { Handlers: [], Waits: [], Chains: [] });
    }

    [Fact]
    public async Task Two_actors_that_ask_each_other_are_listed_as_a_deadlock_with_its_path()
    {
        await using var cluster = await StartAsync();
        var one = await cluster.NewActorAsync();
        var other = await cluster.NewActorAsync(notWith: one);
        var reply = await cluster.Actors.AskAsync(nameof(ErrandActor), one, "GO", new Errand([other, one], cluster.Gate()));
        Assert.Equal(ErrorCodes.Deadlock, reply.Error().Code);

        var deadlock = Assert.Single((await cluster.Inspection.StuckAsync(Token)).Deadlocks);
        Assert.True(deadlock.IsOver);
        Assert.Equal("GO", deadlock.MessageType);
        Assert.Equal(3, deadlock.Path.Count);
        Assert.Equal(deadlock.Path[0], deadlock.Path[^1]);
        Assert.Equal([Name(one), Name(other)], deadlock.Path.Distinct().OrderBy(name => name != Name(one)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_handler_that_blocks_its_thread_is_listed_whether_it_has_awaited_before_or_not(bool awaitsFirst)
    {
        await using var cluster = await StartAsync();
        var gate = cluster.Gate();
        var id = await cluster.NewActorAsync();
        var asked = cluster.Actors.AskAsync(nameof(ErrandActor), id, "GO", new Errand([], gate, BlocksThread: true, awaitsFirst));
        var handler = await Eventually.GivesAsync("the handler", async () =>
            (await cluster.Inspection.StuckAsync(Token)).Handlers.SingleOrDefault(handler => handler.ActorId == id));

        Assert.Equal((true, "slow", "GO", nameof(ErrandActor)), (handler.BlocksThread, handler.Reason, handler.MessageType, handler.ActorType));
        await OpenAndEndAsync(gate, asked);
    }

    [Fact]
    public async Task A_hanging_timer_is_listed_without_a_message()
    {
        await using var cluster = await StartAsync(silos: 1);
        var gate = cluster.Gate();
        var id = await cluster.NewActorAsync();
        await cluster.Actors.AskAsync(nameof(ErrandActor), id, "START_TIMER", new Errand([], gate));
        var handler = await Eventually.GivesAsync("the timer's turn", async () =>
            (await cluster.Inspection.StuckAsync(Token)).Handlers.SingleOrDefault(handler => handler.ActorId == id));

        Assert.Null(handler.MessageType);
        Gates.Of(gate).Open();
        await Eventually.HoldsAsync("nothing to be stuck", async () => await cluster.Inspection.StuckAsync(Token) is { Handlers: [] });
    }

    [Fact]
    public void A_handler_that_has_ended_is_not_stuck()
    {
        var actor = LooseActors.Of("one");
        var turn = new StuckReader.RunningTurn(actor, Assert.Single(((IObservedActor)actor).ReadTurns()));
        ObservedTurn[] now = [turn.Turn];
        Assert.False(turn.Runs([], now));
        Assert.True(turn.Runs([actor], now));
        actor.PlaceInFlight = 0;
        Assert.True(turn.Runs([], now));
        Assert.False((turn with { Turn = turn.Turn with { Started = turn.Turn.Started + 1 } }).Runs([actor], now));
    }

    [Fact]
    public async Task The_gauges_have_each_type_and_reason_and_each_status_of_hosts()
    {
        await using var cluster = await StartAsync(silos: 1);
        using var measurements = new Measurements(cluster.Actors.Cluster.Silos[0].ServiceProvider.GetRequiredService<IMeterFactory>());
        var types = cluster.Actors.Client.ActorTypes;
        var stuck = measurements.Look("actor.stuck");
        Assert.Equal(types.Count * 3, stuck.Count);
        Assert.All(stuck, one => Assert.Equal(0, one.Value));

        var gate = cluster.Gate();
        var (first, last) = (await cluster.NewActorAsync(), await cluster.NewActorAsync());
        var asked = cluster.Actors.AskAsync(nameof(ErrandActor), first, "GO", new Errand([last], gate));
        await cluster.Actors.AskAsync(nameof(ErrandActor), "a", "GO", new Errand(["b", "a"], cluster.Gate()));
        await Eventually.HoldsAsync("one slow, one blocked and a cycle", () =>
            measurements.Look("actor.stuck").Where(one => one.Value == 1).Select(one => (one.Tags["actor.type"], one.Tags["reason"]))
                .SequenceEqual([(nameof(ErrandActor), "slow"), (nameof(ErrandActor), "blocked"), (nameof(ErrandActor), "cycle")]));
        var hosts = measurements.Look("cluster.hosts").ToDictionary(one => one.Tags["status"]!, one => one.Value);
        Assert.Equal(["active", "dead", "joining", "shutting_down", "stopping"], hosts.Keys.Order());
        Assert.Equal((1, 1), (hosts["active"], hosts.Values.Sum()));
        await OpenAndEndAsync(gate, asked);
    }

    private static Task<InspectedCluster> StartAsync(short silos = 2) =>
        InspectedCluster.StartAsync(silos, options => options.SlowAfter = TimeSpan.FromMilliseconds(200));

    private static string Name(string id) => $"{nameof(ErrandActor)}/{id}";

    private static async Task OpenAndEndAsync(string gate, Task<ActorReply> asked)
    {
        Gates.Of(gate).Open();
        Assert.False((await asked).IsError);
    }
}
