using Choir.Actors;
using Choir.Observability;

namespace Choir.Tests.Unit.Actors.Telemetry.Support;

/// <summary>Creates actors without a host, whose figures a test sets: 100,000 of them in a moment.</summary>
internal static class LooseActors
{
    private static readonly ActorMessage Message = new()
    {
        Id = Guid.NewGuid(), Type = "TICK", Data = [], CorrelationId = Guid.NewGuid(), SentAtTicks = 1, SentTimestamp = 1, SenderProcess = 1,
    };

    public static Actor Of(string id) => new LooseActor(new ActorAddress(nameof(TinyActor), id));

    /// <summary>Adds messages to the queue of an actor, one after another.</summary>
    public static void Queue(this HotActors hot, Actor actor, int messages)
    {
        for (var i = 0; i < messages; i++)
        {
            actor.Turns.Enqueue(Message);
            hot.Queued(actor);
        }
    }

    /// <summary>Ends a number of turns.</summary>
    public static void Leave(Actor actor, int turns)
    {
        for (var i = 0; i < turns; i++)
        {
            actor.Turns.Leave();
        }
    }

    /// <summary>Empties the queue of an actor.</summary>
    public static void Drain(Actor actor)
    {
        while (actor.QueueLength > 0)
        {
            actor.Turns.Leave();
        }
    }

    /// <summary>Sets the size of an actor's state.</summary>
    public static void Store(this HotActors hot, Actor actor, int size)
    {
        actor.Load.StateSize = size;
        hot.Stored(actor);
    }
}

/// <summary>Never activated by Orleans: it has no parameterless constructor.</summary>
internal sealed class LooseActor(ActorAddress address) : Actor(address);
