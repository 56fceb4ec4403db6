using System.Runtime.CompilerServices;
using Choir.Actors;
using Choir.Actors.Mailbox;
using Choir.Actors.Telemetry;

namespace Choir.Tests.Unit.Actors.Telemetry.Support;

/// <summary>Actors without a host, whose figures a test sets: a hundred thousand of them in a moment.</summary>
internal static class LooseActors
{
    private static readonly ActorMessage Message = new()
    {
        Id = Guid.NewGuid(), Type = "TICK", Data = [], CorrelationId = Guid.NewGuid(), SentAtTicks = 1, SentTimestamp = 1, SenderProcess = 1,
    };

    public static Actor Of(string id)
    {
        var actor = new TinyActor();
        SetAddress(actor, new ActorAddress(nameof(TinyActor), id));
        return actor;
    }

    /// <summary>Lets so many messages wait, one after another, each of which is told.</summary>
    public static void Queue(this HotActors hot, Actor actor, int messages)
    {
        for (var i = 0; i < messages; i++)
        {
            Turns(actor).Enqueue(Message);
            hot.Queued(actor);
        }
    }

    /// <summary>Ends so many turns that wait.</summary>
    public static void Leave(Actor actor, int turns)
    {
        for (var i = 0; i < turns; i++)
        {
            Turns(actor).Leave();
        }
    }

    /// <summary>Ends all turns that wait.</summary>
    public static void Drain(Actor actor)
    {
        while (actor.QueueLength > 0)
        {
            Turns(actor).Leave();
        }
    }

    /// <summary>Gives an actor a state of a size.</summary>
    public static void Store(this HotActors hot, Actor actor, int size)
    {
        actor.Load.StateSize = size;
        hot.Stored(actor);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_Address")]
    private static extern void SetAddress(Actor actor, ActorAddress address);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_turns")]
    private static extern ref TurnQueue Turns(Actor actor);
}
