using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Choir.Tests.Unit.Actors.Inspection;

/// <summary>Deadlocks before they happen: none of these asks overlap.</summary>
public sealed class PossibleDeadlockTests
{
    private const string Cycle = "LeftActor asks RightActor (ANSWER), RightActor asks LeftActor (ANSWER)";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_types_that_ask_each_other_one_after_the_other_are_reported_and_logged_once()
    {
        using var logs = new LogCollector();
        await using var cluster = await StartAsync(logs, silos: 2);
        for (var i = 0; i < 40; i++)
        {
            await CallAsync(cluster, nameof(LeftActor), $"{i}", nameof(RightActor), $"{i}");
        }

        Assert.Empty((await cluster.Inspection.StuckAsync(Token)).PossibleDeadlocks);
        for (var i = 0; i < 40; i++)
        {
            Assert.False((await CallAsync(cluster, nameof(RightActor), $"{i}", nameof(LeftActor), $"{i + 100}")).IsError);
        }

        var stuck = await cluster.Inspection.StuckAsync(Token);
        Assert.Equal(Cycle, $"{Assert.Single(stuck.PossibleDeadlocks)}");
        Assert.Empty(stuck.Deadlocks);
        await Eventually.HoldsAsync("the warning", () => Warnings(logs).Length > 0);

        // Another new edge makes the hosts look again.
        await CallAsync(cluster, nameof(LeftActor), "a", nameof(ErrandActor), "a");
        await CallAsync(cluster, nameof(LeftActor), "a", nameof(LeftActor), "b");
        await CallAsync(cluster, nameof(LeftActor), "b", nameof(LeftActor), "a");
        await Eventually.HoldsAsync("a warning of the other cycle", () => Warnings(logs).Any(warning => warning.Message.Contains("LeftActor asks LeftActor", StringComparison.Ordinal)));
        Assert.InRange(Warnings(logs).Count(warning => warning.Message.Contains(Cycle, StringComparison.Ordinal)), 1, 2);
        Assert.All(Warnings(logs), warning => Assert.Equal(LogLevel.Warning, warning.Level));
    }

    [Fact]
    public async Task A_cycle_with_a_tell_is_none()
    {
        using var logs = new LogCollector();
        await using var cluster = await StartAsync(logs);
        await CallAsync(cluster, nameof(LeftActor), "1", nameof(RightActor), "1");
        await CallAsync(cluster, nameof(RightActor), "1", nameof(LeftActor), "1", tells: true);
        await Eventually.HoldsAsync("the message that was told to be counted", async () =>
            (await cluster.Inspection.FlowAsync(Token)).Edges.Any(edge => edge is { SourceType: nameof(RightActor), ActorType: nameof(LeftActor) }));

        Assert.Empty((await cluster.Inspection.StuckAsync(Token)).PossibleDeadlocks);
    }

    [Fact]
    public async Task Actors_of_one_type_that_ask_in_both_orders_of_their_ids_are_reported()
    {
        using var logs = new LogCollector();
        await using var cluster = await StartAsync(logs);
        await CallAsync(cluster, nameof(LeftActor), "1", nameof(LeftActor), "2");
        await CallAsync(cluster, nameof(LeftActor), "2", nameof(LeftActor), "3");
        Assert.Empty((await cluster.Inspection.StuckAsync(Token)).PossibleDeadlocks);
        await CallAsync(cluster, nameof(LeftActor), "3", nameof(LeftActor), "1");

        Assert.Equal("LeftActor asks LeftActor (ANSWER)", $"{Assert.Single((await cluster.Inspection.StuckAsync(Token)).PossibleDeadlocks)}");
    }

    [Fact]
    public async Task With_the_setting_the_ask_that_closes_a_cycle_fails_and_others_do_not()
    {
        using var logs = new LogCollector();
        await using var cluster = await StartAsync(logs, fails: true);
        Assert.False((await CallAsync(cluster, nameof(LeftActor), "1", nameof(RightActor), "1")).IsError);
        for (var i = 0; i < 2; i++)
        {
            var refused = await CallAsync(cluster, nameof(RightActor), "2", nameof(LeftActor), "2");
            Assert.Equal(ErrorCodes.Deadlock, refused.Error().Code);
            Assert.Contains(Cycle, refused.Error().Message, StringComparison.Ordinal);
            Assert.False((await CallAsync(cluster, nameof(RightActor), "2", nameof(LeftActor), "2", tells: true)).IsError);
        }

        Assert.Equal(Cycle, $"{Assert.Single((await cluster.Inspection.StuckAsync(Token)).PossibleDeadlocks)}");
        await Eventually.HoldsAsync("the warning", () => Warnings(logs).Length == 1);
    }

    [Fact]
    public async Task With_the_setting_an_ask_that_no_handler_takes_is_not_refused_as_a_deadlock()
    {
        using var logs = new LogCollector();
        await using var cluster = await StartAsync(logs, fails: true);
        Assert.False((await CallAsync(cluster, nameof(LeftActor), "1", nameof(RightActor), "1")).IsError);
        var refused = await cluster.Actors.AskAsync(nameof(RightActor), "2", "CALL", new Call(nameof(LeftActor), "2", MessageType: "NOTHING"));

        Assert.Equal(ErrorCodes.UnknownMessageType, refused.Error().Code);
        Assert.Empty((await cluster.Inspection.StuckAsync(Token)).PossibleDeadlocks);
    }

    [Fact]
    public async Task With_the_setting_asks_of_a_cycle_over_two_hosts_fail_as_well()
    {
        using var logs = new LogCollector();
        await using var cluster = await StartAsync(logs, silos: 2, fails: true);
        await Eventually.HoldsAsync("an ask to fail", async () =>
            (await CallAsync(cluster, nameof(LeftActor), $"{Guid.NewGuid()}", nameof(RightActor), $"{Guid.NewGuid()}")).IsError
            | (await CallAsync(cluster, nameof(RightActor), $"{Guid.NewGuid()}", nameof(LeftActor), $"{Guid.NewGuid()}")).IsError);
        Assert.Equal(Cycle, $"{Assert.Single((await cluster.Inspection.StuckAsync(Token)).PossibleDeadlocks)}");
    }

    private static Task<InspectedCluster> StartAsync(LogCollector logs, short silos = 1, bool fails = false) => InspectedCluster.StartAsync(
        silos, options => options.FailsPossibleDeadlocks = fails, silo => silo.Services.AddLogging(logging => logging.AddProvider(logs)));

    private static Task<ActorReply> CallAsync(InspectedCluster cluster, string type, string id, string target, string targetId, bool tells = false) =>
        cluster.Actors.AskAsync(type, id, "CALL", new Call(target, targetId, tells));

    private static LogRecord[] Warnings(LogCollector logs) => [.. logs.Records.Where(record => record.Event == "actor_possible_deadlock")];
}
