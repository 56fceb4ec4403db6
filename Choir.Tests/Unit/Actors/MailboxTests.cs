using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Actors.Mailbox;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Choir.Tests.Unit.Actors;

public class MailboxTests
{
    [Fact]
    public async Task Messages_are_handled_one_at_a_time_in_order_of_arrival()
    {
        await using var cluster = await ActorCluster.StartAsync();
        var name = Unique();
        var gate = Gates.Of(name);
        await cluster.AskAsync("WorkerActor", name, "NOTE", new Work(Unique(), "activated"));
        await cluster.AskAsync("BurstActor", name, "BURST", new Burst(name, name, 50));
        await Eventually.HoldsAsync("the first message to be in its handler", () => gate.Arrived == 1);
        gate.Open();
        await Eventually.HoldsAsync("all messages to be handled", () => gate.Notes.Count == 100);

        var expected = Enumerable.Range(0, 50).SelectMany(i => new[] { $"begin {i}", $"end {i}" });
        Assert.Equal(expected, gate.Notes);
    }

    [Fact]
    public async Task A_queued_message_keeps_its_request_context()
    {
        await using var cluster = await ActorCluster.StartAsync();
        var name = Unique();
        RequestContext.Set("who", "first");
        var first = cluster.AskAsync("WorkerActor", name, "WORK", new Work(name));
        await Eventually.HoldsAsync("the first message to be in its handler", () => Gates.Of(name).Arrived == 1);
        RequestContext.Set("who", "second");
        var second = cluster.AskAsync("WorkerActor", name, "NOTE_REQUEST_CONTEXT");
        RequestContext.Set("who", "third");
        var third = cluster.AskAsync("WorkerActor", name, "NOTE_REQUEST_CONTEXT");
        RequestContext.Clear();
        Gates.Of(name).Open();

        await first;
        Assert.Equal("second", (await second).Read<string>());
        Assert.Equal("third", (await third).Read<string>());
    }

    [Fact]
    public async Task A_timer_waits_for_the_running_handler()
    {
        await using var cluster = await ActorCluster.StartAsync();
        var name = Unique();
        var gate = Gates.Of(name);
        var work = cluster.AskAsync("WorkerActor", name, "WORK_WITH_TIMER", new Work(name, "work"));
        await Eventually.HoldsAsync("the timer to wait in the queue", () => gate.Arrived == 1 && cluster.WaitingAt("WorkerActor", name) == 1);
        gate.Open();
        Assert.False((await work).IsError);
        await Eventually.HoldsAsync("the timer to run", () => gate.Notes.Contains("timer"));

        Assert.Equal(["begin work", "end work", "timer"], gate.Notes);
    }

    [Fact]
    public async Task A_reminder_waits_for_the_running_handler()
    {
        await using var cluster = await ActorCluster.StartAsync();
        var name = Unique();
        var gate = Gates.Of(name);
        var work = cluster.AskAsync("WorkerActor", name, "WORK", new Work(name, "work"));
        await Eventually.HoldsAsync("the message to be in its handler", () => gate.Arrived == 1);
        var reminder = cluster.Cluster.Client.GetGrain<IRemindable>(GrainId.Create("WorkerActor", name)).ReceiveReminder(name, default, TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync("the reminder to wait in the queue", () => cluster.WaitingAt("WorkerActor", name) == 1);
        gate.Open();
        Assert.False((await work).IsError);
        await reminder;

        Assert.Equal(["begin work", "end work", "reminder"], gate.Notes);
    }

    [Fact]
    public async Task A_reminder_that_is_set_runs_again_and_again()
    {
        await using var cluster = await ActorCluster.StartAsync();
        var name = Unique();
        await cluster.AskAsync("WorkerActor", name, "START_REMINDER", new Work(name));
        await Eventually.HoldsAsync("two reminders", () => Gates.Of(name).Notes.Count >= 2);
        await cluster.AskAsync("WorkerActor", name, "STOP_REMINDER", new Work(name));

        Assert.All(Gates.Of(name).Notes, note => Assert.Equal("reminder", note));
    }

    [Fact]
    public async Task A_restart_by_an_operator_waits_for_the_running_handler()
    {
        await using var cluster = await ActorCluster.StartAsync();
        var name = Unique();
        var work = cluster.AskAsync("WorkerActor", name, "WORK", new Work(name));
        await Eventually.HoldsAsync("the message to be in its handler", () => Gates.Of(name).Arrived == 1);
        var restart = cluster.Cluster.Client.GetGrain<IActorGrain>(GrainId.Create("WorkerActor", name)).RestartAsync();
        await Eventually.HoldsAsync("the restart to wait in the queue", () => cluster.WaitingAt("WorkerActor", name) == 1);
        Assert.Equal(0, cluster.TypeOf("WorkerActor").Restarts);
        Gates.Of(name).Open();
        Assert.False((await work).IsError);
        await restart;

        Assert.Equal(1, cluster.TypeOf("WorkerActor").Restarts);
    }

    [Fact]
    public async Task An_expired_message_is_not_handled_and_becomes_a_dead_letter()
    {
        await using var cluster = await ActorCluster.StartAsync();
        var name = Unique();
        var gate = Gates.Of(name);
        var work = cluster.AskAsync("WorkerActor", name, "WORK", new Work(name, "work"));
        await Eventually.HoldsAsync("the message to be in its handler", () => gate.Arrived == 1);
        cluster.Tell("WorkerActor", name, "NOTE", new Work(name, "too late"), new SendOptions { Timeout = TimeSpan.FromTicks(1) });
        await Eventually.HoldsAsync("the message to wait in the queue", () => cluster.WaitingAt("WorkerActor", name) == 1);
        gate.Open();
        Assert.False((await work).IsError);

        var letter = await cluster.DeadLetters.OfAsync("NOTE");
        Assert.Equal(DeadLetterReasons.Expired, letter.Reason);
        Assert.DoesNotContain("too late", gate.Notes);
    }

    [Fact]
    public async Task A_cancelled_message_is_not_handled()
    {
        await using var cluster = await ActorCluster.StartAsync();
        var name = Unique();
        var gate = Gates.Of(name);
        var work = cluster.AskAsync("WorkerActor", name, "WORK", new Work(name, "work"));
        await Eventually.HoldsAsync("the message to be in its handler", () => gate.Arrived == 1);
        using var cancel = new CancellationTokenSource();
        var cancelled = cluster.Client.Ask(
            new ActorAddress("WorkerActor", name), "NOTE", ActorJson.Serialize(new Work(name, "cancelled")), null, cancel.Token);
        await Eventually.HoldsAsync("the message to wait in the queue", () => cluster.WaitingAt("WorkerActor", name) == 1);
        var next = cluster.AskAsync("WorkerActor", name, "NOTE", new Work(name, "next"));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        for (var i = 0; i < 3; i++)
        {
            // Answered without waiting in the queue; messages of one client arrive in order, so after the cancellation.
            await cluster.AskAsync("WorkerActor", name, "NO_SUCH_MESSAGE");
        }

        gate.Open();
        Assert.False((await work).IsError);
        await next;

        Assert.Contains("next", gate.Notes);
        Assert.DoesNotContain("cancelled", gate.Notes);
    }

    [Fact]
    public async Task A_full_queue_refuses_an_Ask_and_makes_a_dead_letter_of_a_Tell()
    {
        await using var cluster = await ActorCluster.StartAsync(configure: options => options.MailboxCapacity = 2);
        var name = Unique();
        var work = cluster.AskAsync("WorkerActor", name, "WORK", new Work(name));
        await Eventually.HoldsAsync("the message to be in its handler", () => Gates.Of(name).Arrived == 1);
        var asks = Enumerable.Range(1, 3).Select(i => cluster.AskAsync("WorkerActor", name, "NOTE", new Work(name, $"{i}"))).ToArray();
        var refused = await await Task.WhenAny(asks);
        cluster.Tell("WorkerActor", name, "WORK_WITH_TIMER", new Work(name));
        var letter = await cluster.DeadLetters.OfAsync("WORK_WITH_TIMER");
        Gates.Of(name).Open();
        Assert.False((await work).IsError);
        var replies = await Task.WhenAll(asks);

        Assert.Single(replies, reply => reply.IsError);
        Assert.Equal(ErrorCodes.MailboxFull, refused.Error().Code);
        Assert.Equal(DeadLetterReasons.MailboxFull, letter.Reason);
        Assert.Equal(2, await RefusedByFullQueueAsync(cluster));
        Assert.Equal(2, Gates.Of(name).Notes.Count(note => note.Length == 1));
    }

    [Fact]
    public async Task Messages_that_are_refused_for_their_own_sake_are_not_counted_as_those_of_a_full_queue()
    {
        await using var cluster = await ActorCluster.StartAsync();
        Assert.Equal(ErrorCodes.UnknownMessageType, (await cluster.AskAsync("WorkerActor", Unique(), "NOPE")).Error().Code);
        Assert.Equal(0, await RefusedByFullQueueAsync(cluster));
    }

    private static async Task<long> RefusedByFullQueueAsync(ActorCluster cluster) =>
        (await cluster.Cluster.Client.ServiceProvider.GetRequiredService<IActorInspection>().TypeAsync("WorkerActor", TestContext.Current.CancellationToken)).Figures.RefusedByFullQueue;

    [Fact]
    public async Task Waiting_restarts_are_not_counted_as_waiting_messages()
    {
        await using var cluster = await ActorCluster.StartAsync(configure: options => options.MailboxCapacity = 1);
        var name = Unique();
        var work = cluster.AskAsync("WorkerActor", name, "WORK", new Work(name));
        await Eventually.HoldsAsync("the message to be in its handler", () => Gates.Of(name).Arrived == 1);
        var grain = cluster.Cluster.Client.GetGrain<IActorGrain>(GrainId.Create("WorkerActor", name));
        var restarts = Enumerable.Range(0, 3).Select(_ => grain.RestartAsync()).ToArray();
        var note = cluster.AskAsync("WorkerActor", name, "NOTE", new Work(name, "in time"));
        await Eventually.HoldsAsync("the note to wait", () => cluster.TypeOf("WorkerActor").QueueLength == 1);
        using var measured = cluster.Measure();
        double[] figures =
        [
            .. new[] { "message.queue.length", "message.queue.longest" }
                .Select(figure => measured.Look(figure).Single(one => one.Tags["actor.type"] == "WorkerActor").Value),
        ];
        var refused = await cluster.AskAsync("WorkerActor", name, "NOTE", new Work(name, "too many"));
        Gates.Of(name).Open();
        Assert.False((await work).IsError);
        await Task.WhenAll(restarts);

        Assert.Equal([1, 1], figures);
        Assert.False((await note).IsError);
        Assert.Equal(ErrorCodes.MailboxFull, refused.Error().Code);
        Assert.Equal(["in time"], Gates.Of(name).Notes.Where(one => !one.Contains("begin") && !one.Contains("end")));
    }

    [Fact]
    public void A_message_that_leaves_the_queue_is_no_longer_counted()
    {
        var turns = default(TurnQueue);
        Assert.True(turns.TryEnter());
        var message = new ActorMessage
        {
            Id = Guid.NewGuid(), Type = "NOTE", Data = [], CorrelationId = Guid.NewGuid(), SentAtTicks = 1, SentTimestamp = 1, SenderProcess = 1,
        };
        turns.Enqueue(message: null);
        var first = turns.Enqueue(message);
        turns.Enqueue(message);
        Assert.Equal(2, turns.Messages);
        Assert.True(turns.Withdraw(first, TicketOutcome.Deadlock));
        Assert.Equal(1, turns.Messages);
        turns.Leave();
        Assert.Equal(1, turns.Messages);
        turns.Leave();
        Assert.Equal(0, turns.Messages);
        turns.Enqueue(message);
        turns.Enqueue(message: null);
        turns.RerouteAll();
        Assert.Equal(0, turns.Messages);
    }

    [Fact]
    public async Task Tickets_that_waited_elsewhere_have_their_turns_first_and_those_that_were_dropped_have_none()
    {
        var turns = default(TurnQueue);
        var message = new ActorMessage { Id = Guid.NewGuid(), Type = "A", Data = [], CorrelationId = Guid.NewGuid(), SentAtTicks = 0, SentTimestamp = 0, SenderProcess = 0 };
        turns.TryEnter();
        var queued = turns.Enqueue(message);
        Ticket[] first = [new(message), new(message: null), new(message)];
        turns.PutFirst(first);
        Assert.Equal((3, 4), (turns.Messages, turns.Count));
        first[0].SetResult(TicketOutcome.Dropped);
        foreach (var next in new[] { first[1], first[2], queued })
        {
            Assert.False(next.Task.IsCompleted);
            turns.Leave();
            Assert.Equal(TicketOutcome.Turn, await next.Task);
        }

        Assert.Equal((0, 0), (turns.Messages, turns.Count));
    }

    [Fact]
    public void The_queue_of_an_idle_actor_allocates_nothing()
    {
        var turns = default(TurnQueue);
        Pass(ref turns);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            Pass(ref turns);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        static void Pass(ref TurnQueue turns)
        {
            if (!turns.TryEnter())
            {
                throw new InvalidOperationException("The turn was taken.");
            }

            turns.Leave();
        }
    }

    [Fact]
    public async Task A_stopping_host_handles_and_answers_the_messages_that_wait_at_its_actors()
    {
        await using var cluster = await ActorCluster.StartAsync(silos: 2, endsAtOnce: false);
        var name = Unique();
        var gate = Gates.Of(name);
        var work = cluster.AskAsync("WorkerActor", name, "WORK", new Work(name));
        await Eventually.HoldsAsync("the message to be in its handler", () => gate.Arrived == 1);
        var waiting = Enumerable.Range(0, 20).Select(i => cluster.AskAsync("WorkerActor", name, "NOTE", new Work(name, $"{i}"))).ToArray();
        var host = await HostOfAsync(cluster, name);
        await Eventually.HoldsAsync("the messages to wait", () =>
            cluster.TypeOf("WorkerActor", cluster.Cluster.Silos.ToList().IndexOf(host)).QueueLength == waiting.Length);
        var stop = cluster.Cluster.StopSiloAsync(host, TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync("the host to begin to stop", () => host.ServiceProvider.GetRequiredService<ISiloStatusOracle>().CurrentStatus.IsTerminating());
        gate.Open();
        Assert.False((await work).IsError);
        var others = await Task.WhenAll(waiting);
        await stop;

        var handled = gate.Notes.Count(note => !note.Contains(' '));
        Assert.All(others, reply => Assert.Null(reply.IsError ? $"{handled} of 20 were handled; {reply.Error()}" : null));
        Assert.Equal(20, handled);
    }

    private static async Task<Orleans.TestingHost.InProcessSiloHandle> HostOfAsync(ActorCluster cluster, string id)
    {
        var management = cluster.Cluster.Client.GetGrain<IManagementGrain>(0);
        var address = await management.GetActivationAddress(cluster.Cluster.Client.GetGrain<IActorGrain>(GrainId.Create("WorkerActor", id)));
        return cluster.Cluster.Silos.Single(silo => silo.SiloAddress.Equals(address));
    }

    private static string Unique() => Guid.NewGuid().ToString("n");
}
