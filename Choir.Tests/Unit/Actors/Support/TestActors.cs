using Choir.Actors;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Choir.Tests.Unit.Actors.Support;

public sealed record CounterState(int Value = 0);

public sealed record Increment(int By);

public sealed record HeldIncrement(string Gate, bool SetsTimer = false);

/// <summary>The sample of the architecture, with handlers that fail in several ways.</summary>
public sealed class CounterActor : Actor<CounterState>
{
    [Handles("INCREMENT")]
    public async Task<CounterState> Increment(Increment message, MessageContext context)
    {
        await UpdateState(State with { Value = State.Value + message.By });
        return State;
    }

    [Handles("READ")]
    public Task<CounterState> Read(MessageContext context) => Task.FromResult(State);

    [Handles("INCREMENT_AND_THROW")]
    public async Task IncrementAndThrow(Increment message, MessageContext context)
    {
        await UpdateState(State with { Value = State.Value + message.By });
        throw new InvalidOperationException("after the write");
    }

    [Handles("INCREMENT_AND_CATCH")]
    public async Task<string> IncrementAndCatch(Increment message, MessageContext context)
    {
        try
        {
            await UpdateState(State with { Value = State.Value + message.By });
            return "written";
        }
        catch (InconsistentStateException)
        {
            return "caught";
        }
    }

    [Handles("WAIT_AND_INCREMENT")]
    public async Task<CounterState> WaitAndIncrement(HeldIncrement message, MessageContext context)
    {
        var gate = Gates.Of(message.Gate);
        if (message.SetsTimer)
        {
            SetTimer(
                _ =>
                {
                    gate.Notes.Enqueue("timer");
                    return Task.CompletedTask;
                },
                TimeSpan.Zero,
                Timeout.InfiniteTimeSpan);
        }

        await gate.PassAsync(context.CancellationToken);
        return await Increment(new Increment(1), context);
    }

    [Handles("THROW_HOST_IS_AWAY")]
    public Task ThrowHostIsAway(MessageContext context) => throw new SiloUnavailableException("The host has died.");

    [Handles("THROW")]
    public Task Throw(MessageContext context) => throw new InvalidOperationException("as told");

    protected override Task OnReminder(string name, CancellationToken cancellationToken)
    {
        Gates.Of(name).Notes.Enqueue($"reminder {State.Value}");
        return Task.CompletedTask;
    }
}

public sealed record Work(string Gate, string Note = "");

/// <summary>Waits at gates, records what it does, and replies with the id of its activation.</summary>
public sealed class WorkerActor : Actor
{
    private readonly Guid _activation = Guid.NewGuid();

    [Handles("WORK")]
    public async Task<Guid> Work(Work message, MessageContext context)
    {
        var gate = Gates.Of(message.Gate);
        gate.Notes.Enqueue($"begin {message.Note}");
        await gate.PassAsync(context.CancellationToken);
        gate.Notes.Enqueue($"end {message.Note}");
        return _activation;
    }

    [Handles("NOTE")]
    public Task<Guid> Note(Work message, MessageContext context)
    {
        Gates.Of(message.Gate).Notes.Enqueue(message.Note);
        return Task.FromResult(_activation);
    }

    [Handles("NOTE_REQUEST_CONTEXT")]
    public Task<string?> NoteRequestContext(MessageContext context) => Task.FromResult(RequestContext.Get("who") as string);

    [Handles("WORK_WITH_TIMER")]
    public Task<Guid> WorkWithTimer(Work message, MessageContext context)
    {
        var gate = Gates.Of(message.Gate);
        SetTimer(
            _ =>
            {
                gate.Notes.Enqueue("timer");
                return Task.CompletedTask;
            },
            TimeSpan.Zero,
            Timeout.InfiniteTimeSpan);

        return Work(message, context);
    }

    [Handles("START_REMINDER")]
    public Task StartReminder(Work message, MessageContext context) =>
        SetReminder(message.Gate, TimeSpan.Zero, TimeSpan.FromMilliseconds(100));

    [Handles("STOP_REMINDER")]
    public Task StopReminder(Work message, MessageContext context) => ClearReminder(message.Gate);

    protected override Task OnReminder(string name, CancellationToken cancellationToken)
    {
        Gates.Of(name).Notes.Enqueue("reminder");
        return Task.CompletedTask;
    }
}

public sealed record Burst(string Target, string Gate, int Count);

/// <summary>Sends many messages with Tell.</summary>
public sealed class BurstActor : Actor
{
    [Handles("BURST")]
    public Task Send(Burst message, MessageContext context)
    {
        for (var i = 0; i < message.Count; i++)
        {
            Tell(new ActorAddress(nameof(WorkerActor), message.Target), "WORK", new Work(message.Gate, $"{i}"));
        }

        return Task.CompletedTask;
    }
}

public sealed record Relay(string[] Chain, string Gate);

/// <summary>Asks the next actor of a chain, after a gate.</summary>
public sealed class RelayActor : Actor
{
    [Handles("RELAY")]
    public async Task<string> PassOn(Relay message, MessageContext context)
    {
        await Gates.Of(message.Gate).PassAsync(context.CancellationToken);
        if (message.Chain.Length == 0)
        {
            return Id;
        }

        var next = new Relay(message.Chain[1..], message.Gate);
        var reply = await Ask(new ActorAddress(nameof(RelayActor), message.Chain[0]), "RELAY", next);
        return reply.IsError ? throw new ActorErrorException(reply.Error()) : $"{Id}, {reply.Read<string>()}";
    }
}

