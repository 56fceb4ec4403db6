using Choir.Actors;
using Choir.Observability;
using Choir.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Choir.Tests.Unit.Actors.Inspection;

public sealed class AskGuardTests
{
    [Fact]
    public void Every_cycle_is_refused_however_many_there_are()
    {
        using var logs = new LogCollector();
        var guard = Make(logs);
        for (var i = 0; i < 200; i++)
        {
            Assert.Null(Ask(guard, $"A{i:000}", $"B{i:000}"));
            Assert.Null(Ask(guard, $"B{i:000}", $"C{i:000}"));
            Assert.Equal($"A{i:000} asks B{i:000} (M), B{i:000} asks C{i:000} (M), C{i:000} asks A{i:000} (M)", $"{Ask(guard, $"C{i:000}", $"A{i:000}")}");
            Assert.NotNull(Ask(guard, $"C{i:000}", $"A{i:000}", "Another"));
        }

        Assert.Equal(600, guard.All().Length);
    }

    [Fact]
    public void An_ask_that_was_sent_before_the_cycle_closed_may_be_sent_again()
    {
        using var logs = new LogCollector();
        var guard = Make(logs);
        Assert.Null(Ask(guard, "A", "B"));
        Assert.NotNull(Ask(guard, "B", "A"));
        Assert.Null(Ask(guard, "A", "B"));
        Assert.Null(Ask(guard, "A", "B", "Another"));
    }

    [Fact]
    public void Actors_of_one_type_may_ask_in_one_order_only()
    {
        using var logs = new LogCollector();
        var guard = Make(logs);
        Assert.Null(guard.Refuse(new ActorAddress("A", "1"), new ActorAddress("A", "2"), "M"));
        Assert.Null(guard.Refuse(new ActorAddress("A", "2"), new ActorAddress("A", "3"), "M"));
        Assert.Equal("A asks A (M, N)", $"{guard.Refuse(new ActorAddress("A", "3"), new ActorAddress("A", "2"), "N")}");
    }

    [Fact]
    public void When_it_is_full_one_warning_says_so()
    {
        using var logs = new LogCollector();
        var guard = Make(logs);
        for (var i = 0; i < FlowTable.MaxEdges + 10; i++)
        {
            Assert.Null(Ask(guard, $"T{i:0000}", $"T{i + 1:0000}"));
        }

        Assert.Equal(FlowTable.MaxEdges, guard.Changes);
        Assert.Single(logs.Records, record => record is { Event: "actor_ask_guard_full", Level: LogLevel.Warning });
    }

    private static AskGuard Make(LogCollector logs)
    {
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(logs));
        return new AskGuard(factory.CreateLogger<AskGuard>());
    }

    private static PossibleDeadlock? Ask(AskGuard guard, string source, string target, string message = "M") =>
        guard.Refuse(new ActorAddress(source, "1"), new ActorAddress(target, "1"), message);
}
