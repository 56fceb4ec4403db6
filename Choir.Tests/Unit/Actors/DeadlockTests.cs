using Choir.Actors;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Support;

namespace Choir.Tests.Unit.Actors;

public class DeadlockTests
{
    [Fact]
    public async Task An_actor_that_asks_itself_gets_a_deadlock_error()
    {
        await using var cluster = await ActorCluster.StartAsync();
        var name = Open();
        var reply = await cluster.AskAsync("RelayActor", name, "RELAY", new Relay([name], name));

        Assert.Equal(ErrorCodes.Deadlock, reply.Error().Code);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(6)]
    public async Task A_chain_of_asks_that_returns_to_its_first_actor_gets_a_deadlock_error_with_its_path(int length)
    {
        await using var cluster = await ActorCluster.StartAsync(silos: 2);
        var name = Open();
        var chain = Enumerable.Range(1, length - 1).Append(0).Select(i => $"{name}-{i}").ToArray();
        var reply = await cluster.AskAsync("RelayActor", $"{name}-0", "RELAY", new Relay(chain, name));

        Assert.Equal(ErrorCodes.Deadlock, reply.Error().Code);
        Assert.All(chain, id => Assert.Contains(id, reply.Error().Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Independent_messages_that_wait_for_each_other_get_a_deadlock_error(int actors)
    {
        await using var cluster = await ActorCluster.StartAsync(silos: 2);
        var name = Guid.NewGuid().ToString("n");
        var asks = Enumerable.Range(0, actors)
            .Select(i => cluster.AskAsync("RelayActor", $"{name}-{i}", "RELAY", new Relay([$"{name}-{(i + 1) % actors}"], name)))
            .ToArray();
        await Eventually.HoldsAsync("all handlers to be at the gate", () => Gates.Of(name).Arrived == actors);
        Gates.Of(name).Open();
        var replies = await Task.WhenAll(asks);

        Assert.Contains(replies, reply => reply.IsError);
        Assert.All(replies.Where(reply => reply.IsError), reply => Assert.Equal(ErrorCodes.Deadlock, reply.Error().Code));
    }

    [Fact]
    public async Task A_long_chain_without_a_cycle_is_no_deadlock()
    {
        await using var cluster = await ActorCluster.StartAsync();
        var name = Open();
        var chain = Enumerable.Range(1, 10).Select(i => $"{name}-{i}").ToArray();
        var replies = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => cluster.AskAsync("RelayActor", $"{name}-0", "RELAY", new Relay(chain, name))));

        Assert.All(replies, reply => Assert.False(reply.IsError));
    }

    private static string Open()
    {
        var name = Guid.NewGuid().ToString("n");
        Gates.Of(name).Open();
        return name;
    }
}
