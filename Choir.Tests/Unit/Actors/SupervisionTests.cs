using Choir.Actors;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Support;

namespace Choir.Tests.Unit.Actors;

public class SupervisionTests
{
    [Fact]
    public async Task A_handler_that_throws_is_answered_and_leaves_the_state_as_last_persisted()
    {
        await using var cluster = await ActorCluster.StartAsync();
        await cluster.AskAsync("CounterActor", "a", "INCREMENT", new Increment(2));
        var failed = await cluster.AskAsync("CounterActor", "a", "INCREMENT_AND_THROW", new Increment(3));
        var read = await cluster.AskAsync("CounterActor", "a", "READ");

        Assert.Equal(ErrorCodes.HandlerFailed, failed.Error().Code);
        Assert.Contains("after the write", failed.Error().Message, StringComparison.Ordinal);
        Assert.Equal(5, read.Read<CounterState>().Value);
    }

    [Fact]
    public async Task A_handler_that_could_not_reach_a_host_is_answered_as_unavailable()
    {
        await using var cluster = await ActorCluster.StartAsync();

        var failed = await cluster.AskAsync("CounterActor", "a", "THROW_HOST_IS_AWAY");

        Assert.Equal(ErrorCodes.ActorUnavailable, failed.Error().Code);
    }

    [Fact]
    public async Task After_failures_in_a_row_an_actor_restarts_from_its_stored_state()
    {
        await using var cluster = await ActorCluster.StartAsync(configure: options =>
        {
            options.FailuresBeforeRestart = 3;
            options.RestartBackoff = TimeSpan.FromMilliseconds(1);
        });
        await cluster.AskAsync("CounterActor", "a", "INCREMENT", new Increment(1));
        cluster.Storage.Overwrite("CounterActor", "a", new CounterState(100));
        Assert.Equal(1, (await cluster.AskAsync("CounterActor", "a", "READ")).Read<CounterState>().Value);
        for (var i = 0; i < 3; i++)
        {
            Assert.True((await cluster.AskAsync("CounterActor", "a", "THROW")).IsError);
        }

        Assert.Equal(100, (await cluster.AskAsync("CounterActor", "a", "READ")).Read<CounterState>().Value);
    }

    [Theory]
    [InlineData("INCREMENT", true)]
    [InlineData("INCREMENT_AND_CATCH", false)]
    public async Task A_stale_writer_is_deactivated_whether_the_exception_is_caught_or_not(string message, bool fails)
    {
        await using var cluster = await ActorCluster.StartAsync();
        await cluster.AskAsync("CounterActor", "a", "INCREMENT", new Increment(1));
        cluster.Storage.Overwrite("CounterActor", "a", new CounterState(100));

        var conflict = await cluster.AskAsync("CounterActor", "a", message, new Increment(1));
        var next = await cluster.AskAsync("CounterActor", "a", "INCREMENT", new Increment(1));

        Assert.Equal(fails, conflict.IsError);
        Assert.Equal(101, next.Read<CounterState>().Value);
        Assert.Equal(101, cluster.Storage.Read<CounterState>("CounterActor", "a").Value);
    }

    [Fact]
    public async Task What_waits_behind_a_stale_writer_is_handled_by_the_next_activation()
    {
        await using var cluster = await ActorCluster.StartAsync();
        await cluster.AskAsync("CounterActor", "a", "INCREMENT", new Increment(1));
        cluster.Storage.Overwrite("CounterActor", "a", new CounterState(100));
        var replies = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => cluster.AskAsync("CounterActor", "a", "INCREMENT", new Increment(1))));

        Assert.Equal(1, replies.Count(reply => reply.IsError));
        Assert.Equal(119, cluster.Storage.Read<CounterState>("CounterActor", "a").Value);
    }

    [Fact]
    public async Task A_handler_whose_time_is_up_is_told_so_and_its_caller_too()
    {
        await using var cluster = await ActorCluster.StartAsync(configure: options => options.HandlerTimeLimit = TimeSpan.FromMilliseconds(50));
        var reply = await cluster.AskAsync("WorkerActor", "a", "WORK", new Work(Guid.NewGuid().ToString("n")));

        Assert.Equal(ErrorCodes.Timeout, reply.Error().Code);
    }

    [Fact]
    public async Task An_Ask_that_is_not_answered_in_time_is_answered_by_a_timeout()
    {
        await using var cluster = await ActorCluster.StartAsync();
        var name = Guid.NewGuid().ToString("n");
        var reply = await cluster.AskAsync("WorkerActor", name, "WORK", new Work(name), new SendOptions { Timeout = TimeSpan.FromMilliseconds(200) });
        Gates.Of(name).Open();

        Assert.Equal(ErrorCodes.Timeout, reply.Error().Code);
    }

    [Fact]
    public async Task A_Tell_that_no_actor_takes_becomes_a_dead_letter()
    {
        await using var cluster = await ActorCluster.StartAsync();
        cluster.Tell("NoSuchActor", "a", "LOST");
        cluster.Tell("CounterActor", "a", "NO_SUCH_MESSAGE");
        cluster.Tell("CounterActor", "a", "INCREMENT", new { by = "three" });

        Assert.Equal(DeadLetterReasons.Undeliverable, (await cluster.DeadLetters.OfAsync("LOST")).Reason);
        Assert.Equal(DeadLetterReasons.NoHandler, (await cluster.DeadLetters.OfAsync("NO_SUCH_MESSAGE")).Reason);
        var invalid = await cluster.DeadLetters.OfAsync("INCREMENT");
        Assert.Equal(DeadLetterReasons.InvalidData, invalid.Reason);
        Assert.Contains("by", invalid.Detail, StringComparison.Ordinal);
    }
}
