using Choir.Actors;
using Choir.Tests.Unit.Actors.Support;

namespace Choir.Tests.Unit.Actors;

public class AddressingTests
{
    [Fact]
    public async Task The_test_actor_replies_PONG_to_PING()
    {
        await using var cluster = await ActorCluster.StartAsync();
        var reply = await cluster.AskAsync("test_actor", "any", "PING");

        Assert.Equal("PONG", reply.Type);
        Assert.Equal("{}"u8.ToArray(), reply.Data);
    }

    [Fact]
    public async Task Actors_are_addressed_by_type_and_id()
    {
        await using var cluster = await ActorCluster.StartAsync();
        await cluster.AskAsync("CounterActor", "a", "INCREMENT", new Increment(2));
        await cluster.AskAsync("CounterActor", "b", "INCREMENT", new Increment(5));

        Assert.Equal(2, (await cluster.AskAsync("CounterActor", "a", "READ")).Read<CounterState>().Value);
        Assert.Contains("CounterActor", cluster.Client.ActorTypes);
        Assert.Contains("test_actor", cluster.Client.ActorTypes);
    }

    [Fact]
    public async Task The_error_for_an_unknown_type_or_message_lists_the_known_ones()
    {
        await using var cluster = await ActorCluster.StartAsync();
        var type = await cluster.AskAsync("NoSuchActor", "a", "PING");
        var message = await cluster.AskAsync("CounterActor", "a", "NO_SUCH_MESSAGE");
        var wrongType = await cluster.AskAsync("CounterActor", "a", "INCREMENT", new { by = "three" });
        var missing = await cluster.AskAsync("CounterActor", "a", "INCREMENT", new { });

        Assert.Equal(ErrorCodes.UnknownActorType, type.Error().Code);
        Assert.Contains("CounterActor", type.Error().Message, StringComparison.Ordinal);
        Assert.Equal(ErrorCodes.UnknownMessageType, message.Error().Code);
        Assert.Contains("INCREMENT", message.Error().Message, StringComparison.Ordinal);
        Assert.Equal(ErrorCodes.InvalidData, wrongType.Error().Code);
        Assert.StartsWith("The data of INCREMENT is not valid: \"by\" must be a whole number from ", wrongType.Error().Message, StringComparison.Ordinal);
        Assert.Equal(new ActorError(ErrorCodes.InvalidData, "The data of INCREMENT must have 'by'."), missing.Error());
    }

    [Theory]
    [InlineData("", "id")]
    [InlineData("type", "")]
    [InlineData("type", "a\0b")]
    [InlineData("ty\npe", "id")]
    public void An_address_with_an_invalid_part_is_refused_with_a_reason(string type, string id)
    {
        Assert.False(ActorAddress.TryCreate(type, id, out _, out var problem));
        Assert.NotEmpty(problem);
    }

    [Theory]
    [InlineData("quarantine")]
    [InlineData("Diagnostics")]
    public void The_ids_that_are_routes_of_the_HTTP_API_are_refused(string id)
    {
        Assert.False(ActorAddress.TryCreate("type", id, out _, out var problem));
        Assert.Contains("reserved for routes of the HTTP API", problem, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new ActorAddress("type", id));
        Assert.True(ActorAddress.TryCreate(id, $"{id}s", out _, out _));
    }

    [Fact]
    public void An_address_that_is_too_long_is_refused() =>
        Assert.False(ActorAddress.TryCreate("type", new string('x', ActorAddress.MaxIdLength + 1), out _, out _));

    [Fact]
    public void An_id_with_half_a_surrogate_pair_is_refused_because_two_of_them_would_be_one_actor()
    {
        foreach (var id in (string[])["\ud800", "a\udc00b", "\udc00\ud800", "\ud83d\ude00\ud83d"])
        {
            Assert.False(ActorAddress.TryCreate("type", id, out _, out var problem));
            Assert.Contains("without its pair", problem, StringComparison.Ordinal);
        }

        Assert.True(ActorAddress.TryCreate("type", "é \ud83d\ude00", out _, out _));
    }

    [Fact]
    public async Task An_empty_address_throws_at_once()
    {
        await using var cluster = await ActorCluster.StartAsync();
        var asked = await Assert.ThrowsAsync<ArgumentException>(() => cluster.Client.Ask(
            default, "PING", "{}"u8.ToArray(), cancellationToken: TestContext.Current.CancellationToken));
        var told = Assert.Throws<ArgumentException>(() => cluster.Client.Tell(default, "PING", "{}"u8.ToArray()));

        Assert.Contains("names no actor", asked.Message, StringComparison.Ordinal);
        Assert.Equal(asked.Message, told.Message);
    }

    [Fact]
    public void A_trace_context_is_parsed_from_its_traceparent()
    {
        const string Parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        var context = TraceContext.Parse(Parent);

        Assert.Equal(Parent, context.ToTraceParent());
        Assert.Equal("4bf92f3577b34da6a3ce929d0e0e4736", context.ToActivityContext().TraceId.ToHexString());
        Assert.True(TraceContext.Parse("nonsense").IsNone);
    }
}
