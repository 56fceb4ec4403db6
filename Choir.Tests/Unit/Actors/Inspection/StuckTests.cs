using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using System.Diagnostics.Metrics;

namespace Choir.Tests.Unit.Actors.Inspection;

public sealed class StuckTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_chain_that_waits_for_a_handler_that_hangs_is_told_with_its_path_over_two_hosts()
    {
        await using var cluster = await Start();
        var gate = cluster.Gate();
        var first = await cluster.NewActor();
        var second = await cluster.NewActor(notWith: first);
        var third = await cluster.NewActor(notWith: second);
        var last = await cluster.NewActor(notWith: third);
        var asked = cluster.Actors.Ask(nameof(ErrandActor), first, "GO", new Errand([second, third, last], gate));
        var stuck = await Eventually.Gives("the chain, as long as slow", async () =>
            await cluster.Inspection.Stuck(Token) is { Chains: [{ IsHeldUp: true, Path.Count: 4 }], Handlers.Count: 4 } view ? view : null);

        var chain = Assert.Single(stuck.Chains);
        Assert.Equal([Name(first), Name(second), Name(third), Name(last)], chain.Path);
        Assert.Equal(["GO", "GO", "GO"], chain.MessageTypes);

        // As a set: the hosts look at different moments, so times of different hosts have no exact order.
        Assert.Equal(
            [.. new[] { first, second, third }.Order(StringComparer.Ordinal)],
            stuck.Handlers.Where(handler => handler.Reason == "blocked").Select(handler => handler.ActorId).Order(StringComparer.Ordinal));
        var hanging = Assert.Single(stuck.Handlers, handler => handler.Reason == "slow");
        Assert.Equal((last, "GO", false), (hanging.ActorId, hanging.MessageType, hanging.BlocksThread));
        Assert.Equal(await cluster.HostOf(last), hanging.Host);
        Assert.True(hanging.ForMs >= stuck.SlowAfterMs);
        Assert.Equal(3, stuck.Waits.Count);
        var wait = Assert.Single(stuck.Waits, wait => wait.ActorId == second);
        Assert.Equal((third, "GO"), (wait.For.ActorId, wait.For.MessageType));
        Assert.Empty(stuck.Deadlocks);
        Assert.Equal(2, stuck.Hosts.Answered.Count);
        await OpenAndEnd(gate, asked);
        await Eventually.Holds("nothing to be stuck", async () => await cluster.Inspection.Stuck(Token) is { Handlers: [], Waits: [], Chains: [] });
    }

    [Fact]
    public async Task Two_actors_that_ask_each_other_are_a_deadlock_with_its_path()
    {
        await using var cluster = await Start();
        var one = await cluster.NewActor();
        var other = await cluster.NewActor(notWith: one);
        var reply = await cluster.Actors.Ask(nameof(ErrandActor), one, "GO", new Errand([other, one], cluster.Gate()));
        Assert.Equal(ErrorCodes.Deadlock, reply.Error().Code);

        var deadlock = Assert.Single((await cluster.Inspection.Stuck(Token)).Deadlocks);
        Assert.True(deadlock.IsOver);
        Assert.Equal("GO", deadlock.MessageType);
        Assert.Equal(3, deadlock.Path.Count);
        Assert.Equal(deadlock.Path[0], deadlock.Path[^1]);
        Assert.Equal([Name(one), Name(other)], deadlock.Path.Distinct().OrderBy(name => name != Name(one)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_handler_that_holds_its_thread_is_named_whether_it_has_awaited_before_or_not(bool awaitsFirst)
    {
        await using var cluster = await Start();
        var gate = cluster.Gate();
        var id = await cluster.NewActor();
        var asked = cluster.Actors.Ask(nameof(ErrandActor), id, "GO", new Errand([], gate, HoldsThread: true, awaitsFirst));
        var handler = await Eventually.Gives("the handler", async () =>
            (await cluster.Inspection.Stuck(Token)).Handlers.SingleOrDefault(handler => handler.ActorId == id));

        Assert.Equal((true, "slow", "GO", nameof(ErrandActor)), (handler.BlocksThread, handler.Reason, handler.MessageType, handler.ActorType));
        await OpenAndEnd(gate, asked);
    }

    [Fact]
    public async Task A_timer_that_hangs_is_told_as_a_turn_without_a_message()
    {
        await using var cluster = await Start(silos: 1);
        var gate = cluster.Gate();
        var id = await cluster.NewActor();
        await cluster.Actors.Ask(nameof(ErrandActor), id, "START_TIMER", new Errand([], gate));
        var handler = await Eventually.Gives("the timer's turn", async () =>
            (await cluster.Inspection.Stuck(Token)).Handlers.SingleOrDefault(handler => handler.ActorId == id));

        Assert.Null(handler.MessageType);
        Gates.Of(gate).Open();
        await Eventually.Holds("nothing to be stuck", async () => await cluster.Inspection.Stuck(Token) is { Handlers: [] });
    }

    [Fact]
    public async Task The_gauges_tell_of_each_type_and_reason_and_of_the_hosts()
    {
        await using var cluster = await Start(silos: 1);
        using var measurements = new Measurements(cluster.Actors.Cluster.Silos[0].ServiceProvider.GetRequiredService<IMeterFactory>());
        var types = cluster.Actors.Client.ActorTypes;
        var stuck = measurements.Look("actor.stuck");
        Assert.Equal(types.Count * 3, stuck.Count);
        Assert.All(stuck, one => Assert.Equal(0, one.Value));

        var gate = cluster.Gate();
        var (first, last) = (await cluster.NewActor(), await cluster.NewActor());
        var asked = cluster.Actors.Ask(nameof(ErrandActor), first, "GO", new Errand([last], gate));
        await cluster.Actors.Ask(nameof(ErrandActor), "a", "GO", new Errand(["b", "a"], cluster.Gate()));
        await Eventually.Holds("one slow, one blocked and a cycle", () =>
            measurements.Look("actor.stuck").Where(one => one.Value == 1).Select(one => (one.Tags["actor.type"], one.Tags["reason"]))
                .SequenceEqual([(nameof(ErrandActor), "slow"), (nameof(ErrandActor), "blocked"), (nameof(ErrandActor), "cycle")]));
        var hosts = measurements.Look("cluster.hosts").ToDictionary(one => one.Tags["status"]!, one => one.Value);
        Assert.Equal(["active", "dead", "joining", "shutting_down", "stopping"], hosts.Keys.Order());
        Assert.Equal((1, 1), (hosts["active"], hosts.Values.Sum()));
        await OpenAndEnd(gate, asked);
    }

    private static Task<InspectedCluster> Start(short silos = 2) =>
        InspectedCluster.Start(silos, options => options.SlowAfter = TimeSpan.FromMilliseconds(200));

    private static string Name(string id) => $"{nameof(ErrandActor)}/{id}";

    private static async Task OpenAndEnd(string gate, Task<ActorReply> asked)
    {
        Gates.Of(gate).Open();
        Assert.False((await asked).IsError);
    }
}
