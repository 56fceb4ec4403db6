using System.Diagnostics.Metrics;
using Choir.Actors;
using Choir.Observability;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace Choir.Tests.Unit.Actors;

public class SupervisionTests
{
    [Fact]
    public async Task A_handler_that_throws_leaves_the_state_as_last_stored()
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
    public async Task A_handler_that_cannot_reach_a_host_replies_actor_unavailable()
    {
        await using var cluster = await ActorCluster.StartAsync();

        var failed = await cluster.AskAsync("CounterActor", "a", "THROW_HOST_IS_AWAY");

        Assert.Equal(
            (ErrorCodes.ActorUnavailable, "CounterActor/a failed to handle THROW_HOST_IS_AWAY: its host was lost; try again"),
            (failed.Error().Code, failed.Error().Message));
    }

    [Fact]
    public async Task A_translator_says_why_a_handler_failed_and_whether_its_message_is_at_fault()
    {
        await using var cluster = await ActorCluster.StartAsync(configureSilo: silo =>
            silo.Services.AddSingleton<IFailureTranslator, ToldTranslator>());
        using var asks = new Measurements(cluster.Cluster.Client.ServiceProvider.GetRequiredService<IMeterFactory>());

        var failed = await cluster.AskAsync("CounterActor", "a", "THROW");
        var refused = await cluster.AskAsync("CounterActor", "a", "INCREMENT_AND_THROW", new Increment(1));

        Assert.Equal(("busy", "CounterActor/a failed to handle THROW: in plain words"), (failed.Error().Code, failed.Error().Message));
        Assert.Equal((ErrorCodes.InvalidData, "the message is at fault"), (refused.Error().Code, refused.Error().Message));

        // The actor and the sender call it the same.
        string[] outcomes = ["error", "rejected"];
        Assert.Equal(outcomes, cluster.RecordsOf("CounterActor").OrderBy(record => record.Started).Select(record => record.Outcome.Name()));
        Assert.Equal(outcomes, asks.Of("ask.time").Select(ask => ask.Tags["outcome"]));
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

    [Fact]
    public async Task A_restart_that_fails_is_reported_and_the_next_message_starts_the_actor_again()
    {
        await using var cluster = await ActorCluster.StartAsync();
        await cluster.AskAsync("CounterActor", "a", "INCREMENT", new Increment(1));
        cluster.Storage.Break("a", reads: true);
        var actor = cluster.Cluster.Client.GetGrain<IActorGrain>(GrainId.Create("CounterActor", "a"));
        var failure = await Assert.ThrowsAsync<ActorErrorException>(actor.RestartAsync);
        cluster.Storage.Mend("a");

        Assert.Equal(ErrorCodes.HandlerFailed, failure.Error.Code);
        Assert.Contains("The storage did not answer", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await cluster.AskAsync("CounterActor", "a", "READ")).Read<CounterState>().Value);
        Assert.Equal(0, cluster.TypeOf("CounterActor").Restarts);
    }

    [Fact]
    public async Task A_translator_says_why_an_actor_could_not_be_started_or_restarted()
    {
        await using var cluster = await ActorCluster.StartAsync(configureSilo: silo =>
            silo.Services.AddSingleton<IFailureTranslator, ToldTranslator>());
        await cluster.AskAsync("CounterActor", "a", "INCREMENT", new Increment(1));
        cluster.Storage.Break("a", reads: true);
        var actor = cluster.Cluster.Client.GetGrain<IActorGrain>(GrainId.Create("CounterActor", "a"));

        // The first restarts the activation, the second one finds none and starts it.
        var restart = await Assert.ThrowsAsync<ActorErrorException>(actor.RestartAsync);
        var start = await Assert.ThrowsAsync<ActorErrorException>(actor.RestartAsync);
        var reply = await cluster.AskAsync("CounterActor", "a", "READ");

        Assert.Equal(("away", "CounterActor/a could not be restarted: in plain words"), (restart.Error.Code, restart.Message));
        Assert.Equal(("away", "CounterActor/a could not be started: in plain words"), (start.Error.Code, start.Message));
        Assert.Equal(start.Error, reply.Error());
    }

    [Theory]
    [InlineData(0, 15)]
    [InlineData(2, 60)]
    [InlineData(30, 1_440)]
    [InlineData(int.MaxValue, 1_440)]
    public void The_delay_before_a_restart_doubles_up_to_its_limit(int restarts, int minutes)
    {
        var options = new ActorOptions { RestartBackoff = TimeSpan.FromMinutes(15), MaxRestartBackoff = TimeSpan.FromDays(1) };
        Assert.Equal(TimeSpan.FromMinutes(minutes), Actor.BackoffAfter(options, restarts));
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
    public async Task Messages_that_wait_at_a_stale_activation_are_handled_by_the_next_one()
    {
        await using var cluster = await ActorCluster.StartAsync();
        var (name, stale) = await StartStaleWriterAsync(cluster);
        var waiting = Enumerable.Range(0, 20).Select(_ => cluster.AskAsync("CounterActor", name, "INCREMENT", new Increment(1))).ToArray();
        await Eventually.HoldsAsync("20 messages to wait", () => cluster.WaitingAt("CounterActor", name) == 20);
        Gates.Of(name).Open();

        Assert.True((await stale).IsError);
        Assert.All(await Task.WhenAll(waiting), reply => Assert.False(reply.IsError));
        Assert.Equal(120, cluster.Storage.Read<CounterState>("CounterActor", name).Value);
    }

    [Fact]
    public async Task A_reminder_that_waits_at_a_stale_activation_runs_on_the_next_one()
    {
        await using var cluster = await ActorCluster.StartAsync();
        var (name, stale) = await StartStaleWriterAsync(cluster);
        var reminder = cluster.Cluster.Client.GetGrain<IRemindable>(GrainId.Create("CounterActor", name)).ReceiveReminder(name, default, TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync("the reminder to wait", () => cluster.WaitingAt("CounterActor", name) == 1);
        Gates.Of(name).Open();
        Assert.True((await stale).IsError);
        await reminder;
        await Eventually.HoldsAsync("the reminder to run", () => !Gates.Of(name).Notes.IsEmpty);

        Assert.Equal(["reminder 100"], Gates.Of(name).Notes);
    }

    [Fact]
    public async Task A_timer_and_a_restart_that_wait_at_a_stale_activation_are_dropped_and_logged()
    {
        using var logs = new LogCollector();
        await using var cluster = await ActorCluster.StartAsync(
            configureSilo: silo => silo.Services.AddLogging(logging => logging.AddProvider(logs)));
        var (name, stale) = await StartStaleWriterAsync(cluster, setsTimer: true);
        var restart = cluster.Cluster.Client.GetGrain<IActorGrain>(GrainId.Create("CounterActor", name)).RestartAsync();
        await Eventually.HoldsAsync("the timer and the restart to wait", () => cluster.WaitingAt("CounterActor", name) == 2);
        Gates.Of(name).Open();
        Assert.True((await stale).IsError);
        await restart;
        await Eventually.HoldsAsync("two log records", () => logs.Records.Count(record => record.Event == "actor_turn_dropped") == 2);

        Assert.Equal(
            ["restart", "timer"], logs.Records.Where(record => record.Event == "actor_turn_dropped").Select(record => record.Fields["turn"]).Order());
        Assert.Empty(Gates.Of(name).Notes);
        Assert.Equal(0, cluster.TypeOf("CounterActor").Restarts);
    }

    [Fact]
    public async Task A_handler_that_exceeds_its_time_limit_is_cancelled_and_the_reply_is_a_timeout()
    {
        await using var cluster = await ActorCluster.StartAsync(configure: options => options.HandlerTimeLimit = TimeSpan.FromMilliseconds(50));
        var reply = await cluster.AskAsync("WorkerActor", "a", "WORK", new Work(Guid.NewGuid().ToString("n")));

        Assert.Equal(ErrorCodes.Timeout, reply.Error().Code);
    }

    [Fact]
    public async Task An_Ask_without_a_reply_in_time_gets_a_timeout()
    {
        await using var cluster = await ActorCluster.StartAsync();
        var name = Guid.NewGuid().ToString("n");
        var reply = await cluster.AskAsync("WorkerActor", name, "WORK", new Work(name), new SendOptions { Timeout = TimeSpan.FromMilliseconds(200) });
        Gates.Of(name).Open();

        Assert.Equal(ErrorCodes.Timeout, reply.Error().Code);
    }

    [Fact]
    public async Task A_Tell_that_no_actor_handles_becomes_a_dead_letter()
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

    [Fact]
    public async Task A_dead_letter_that_the_store_cannot_hold_does_not_keep_the_later_ones_nor_end_the_host()
    {
        await using var cluster = await ActorCluster.StartAsync();
        cluster.DeadLetters.FailWith(
            "UNSTORABLE", new OperationCanceledException("The store gave up."), new ArgumentException("Half a surrogate pair."));
        cluster.Tell("CounterActor", "a", "UNSTORABLE");
        cluster.Tell("CounterActor", "a", "NO_SUCH_MESSAGE");

        Assert.Equal(DeadLetterReasons.NoHandler, (await cluster.DeadLetters.OfAsync("NO_SUCH_MESSAGE")).Reason);
        Assert.False(cluster.DeadLetters.Has("UNSTORABLE"));
        Assert.False(cluster.Of<DeadLetters>().ExecuteTask!.IsCompleted);
    }

    /// <summary>Starts a handler that holds the turn of an activation whose state is stale, until the gate of the actor's id opens.</summary>
    private static async Task<(string Id, Task<ActorReply> Reply)> StartStaleWriterAsync(ActorCluster cluster, bool setsTimer = false)
    {
        var id = Guid.NewGuid().ToString("n");
        await cluster.AskAsync("CounterActor", id, "INCREMENT", new Increment(1));
        cluster.Storage.Overwrite("CounterActor", id, new CounterState(100));
        var reply = cluster.AskAsync("CounterActor", id, "WAIT_AND_INCREMENT", new HeldIncrement(id, setsTimer));
        await Eventually.HoldsAsync("the stale writer to hold the turn", () => Gates.Of(id).Arrived == 1);
        return (id, reply);
    }

    private sealed class ToldTranslator : IFailureTranslator
    {
        public ActorError? Translate(Exception exception) => exception.Message switch
        {
            "as told" => new("busy", "in plain words"),
            "The storage did not answer." => new("away", "in plain words"),
            "after the write" => new(ErrorCodes.InvalidData, "the message is at fault"),
            _ => null,
        };
    }
}
