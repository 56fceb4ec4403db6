using Choir.Actors;
using Choir.Actors.Mailbox;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Choir.Tests.Unit.Actors;

public class MailboxTests
{
    [Fact]
    public async Task Messages_are_handled_one_at_a_time_in_the_order_of_their_arrival()
    {
        await using var cluster = await ActorCluster.StartAsync();
        var name = Unique();
        var gate = Gates.Of(name);
        await cluster.AskAsync("WorkerActor", name, "NOTE", new Work(Unique(), "awake"));
        await cluster.AskAsync("BurstActor", name, "BURST", new Burst(name, name, 50));
        await Eventually.HoldsAsync("the first message to be in its handler", () => gate.Arrived == 1);
        gate.Open();
        await Eventually.HoldsAsync("all messages to be handled", () => gate.Notes.Count == 100);

        var expected = Enumerable.Range(0, 50).SelectMany(i => new[] { $"begin {i}", $"end {i}" });
        Assert.Equal(expected, gate.Notes);
    }

    [Fact]
    public async Task A_message_that_waited_keeps_its_own_request_context()
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
    public async Task Timers_wait_for_their_turn()
    {
        await using var cluster = await ActorCluster.StartAsync();
        var name = Unique();
        var reply = await cluster.AskAsync("WorkerActor", name, "WORK_WITH_TIMER", new Work(name, "work"));
        Assert.False(reply.IsError);
        await Eventually.HoldsAsync("the timer's turn", () => Gates.Of(name).Notes.Contains("timer"));

        Assert.Equal(["begin work", "end work", "timer"], Gates.Of(name).Notes);
    }

    [Fact]
    public async Task Reminders_wait_for_their_turn()
    {
        await using var cluster = await ActorCluster.StartAsync();
        var name = Unique();
        var gate = Gates.Of(name);
        await cluster.AskAsync("WorkerActor", name, "START_REMINDER", new Work(name));
        await Eventually.HoldsAsync("the first reminder", () => gate.Notes.Contains("reminder"));
        var work = cluster.AskAsync("WorkerActor", name, "WORK", new Work(name, "work"));
        await Eventually.HoldsAsync("the message to be in its handler", () => gate.Arrived == 1);
        await Task.Delay(TimeSpan.FromMilliseconds(400), TestContext.Current.CancellationToken);
        gate.Open();
        Assert.False((await work).IsError);
        await cluster.AskAsync("WorkerActor", name, "STOP_REMINDER", new Work(name));

        var notes = gate.Notes.ToArray();
        Assert.Equal(Array.IndexOf(notes, "begin work") + 1, Array.IndexOf(notes, "end work"));
    }

    [Fact]
    public async Task A_restart_by_an_operator_waits_for_its_turn()
    {
        await using var cluster = await ActorCluster.StartAsync();
        var name = Unique();
        var work = cluster.AskAsync("WorkerActor", name, "WORK", new Work(name));
        await Eventually.HoldsAsync("the message to be in its handler", () => Gates.Of(name).Arrived == 1);
        var restart = cluster.Cluster.Client.GetGrain<IActorGrain>(GrainId.Create("WorkerActor", name)).RestartAsync();
        Assert.False(restart.IsCompleted);
        Gates.Of(name).Open();
        Assert.False((await work).IsError, (await work).IsError ? (await work).Error().Message : null);
        await restart;
    }

    [Fact]
    public async Task An_expired_message_is_dropped_at_its_turn_and_becomes_a_dead_letter()
    {
        await using var cluster = await ActorCluster.StartAsync();
        var name = Unique();
        var gate = Gates.Of(name);
        var work = cluster.AskAsync("WorkerActor", name, "WORK", new Work(name, "work"));
        await Eventually.HoldsAsync("the message to be in its handler", () => gate.Arrived == 1);
        cluster.Tell("WorkerActor", name, "NOTE", new Work(name, "too late"), new SendOptions { Timeout = TimeSpan.FromMilliseconds(1) });
        await Task.Delay(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken);
        gate.Open();
        Assert.False((await work).IsError, (await work).IsError ? (await work).Error().Message : null);

        var letter = await cluster.DeadLetters.OfAsync("NOTE");
        Assert.Equal(DeadLetterReasons.Expired, letter.Reason);
        Assert.DoesNotContain("too late", gate.Notes);
    }

    [Fact]
    public async Task A_cancelled_message_is_dropped_at_its_turn()
    {
        await using var cluster = await ActorCluster.StartAsync();
        var name = Unique();
        var gate = Gates.Of(name);
        var work = cluster.AskAsync("WorkerActor", name, "WORK", new Work(name, "work"));
        await Eventually.HoldsAsync("the message to be in its handler", () => gate.Arrived == 1);
        using var cancel = new CancellationTokenSource();
        var cancelled = cluster.Client.Ask(
            new ActorAddress("WorkerActor", name), "NOTE", ActorJson.Serialize(new Work(name, "cancelled")), null, cancel.Token);
        var next = cluster.AskAsync("WorkerActor", name, "NOTE", new Work(name, "next"));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        for (var i = 0; i < 3; i++)
        {
            // Answered out of turn, and behind the cancellation on the way to the actor.
            await cluster.AskAsync("WorkerActor", name, "NO_SUCH_MESSAGE");
        }

        gate.Open();
        Assert.False((await work).IsError, (await work).IsError ? (await work).Error().Message : null);
        await next;

        Assert.Contains("next", gate.Notes);
        Assert.DoesNotContain("cancelled", gate.Notes);
    }

    [Fact]
    public async Task A_full_mailbox_answers_an_Ask_and_makes_a_dead_letter_of_a_Tell()
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
        Assert.False((await work).IsError, (await work).IsError ? (await work).Error().Message : null);
        var replies = await Task.WhenAll(asks);

        Assert.Single(replies, reply => reply.IsError);
        Assert.Equal(ErrorCodes.MailboxFull, refused.Error().Code);
        Assert.Equal(DeadLetterReasons.MailboxFull, letter.Reason);
        Assert.Equal(2, Gates.Of(name).Notes.Count(note => note.Length == 1));
    }

    [Fact]
    public async Task Turns_that_are_no_messages_wait_too_but_take_no_room_and_are_in_no_figure()
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
    public void However_a_message_leaves_the_line_it_is_counted_no_longer()
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
    public void A_free_actor_allocates_nothing_for_its_mailbox()
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
                throw new InvalidOperationException("The turn was not free.");
            }

            turns.Leave();
        }
    }

    [Fact]
    public async Task What_waits_at_a_leaving_host_is_handled_before_it_goes()
    {
        await using var cluster = await ActorCluster.StartAsync(silos: 2);
        var name = Unique();
        var gate = Gates.Of(name);
        var work = cluster.AskAsync("WorkerActor", name, "WORK", new Work(name));
        await Eventually.HoldsAsync("the message to be in its handler", () => gate.Arrived == 1);
        var waiting = Enumerable.Range(0, 20).Select(i => cluster.AskAsync("WorkerActor", name, "NOTE", new Work(name, $"{i}"))).ToArray();
        var host = await HostOfAsync(cluster, name);
        var stop = cluster.Cluster.StopSiloAsync(host, TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync("the host to begin to leave", () => host.ServiceProvider.GetRequiredService<ISiloStatusOracle>().CurrentStatus.IsTerminating());
        gate.Open();
        Assert.False((await work).IsError);
        var others = await Task.WhenAll(waiting);
        await stop;

        Assert.All(others, reply => Assert.False(reply.IsError));
        Assert.Equal(20, gate.Notes.Count(note => !note.Contains(' ')));
    }

    private static async Task<Orleans.TestingHost.InProcessSiloHandle> HostOfAsync(ActorCluster cluster, string id)
    {
        var management = cluster.Cluster.Client.GetGrain<IManagementGrain>(0);
        var address = await management.GetActivationAddress(cluster.Cluster.Client.GetGrain<IActorGrain>(GrainId.Create("WorkerActor", id)));
        return cluster.Cluster.Silos.Single(silo => silo.SiloAddress.Equals(address));
    }

    private static string Unique() => Guid.NewGuid().ToString("n");
}
