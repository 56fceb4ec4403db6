using Choir.Observability;

namespace Choir.Actors;

/// <summary>Gives access to the actor that the calling code runs in, for infrastructure such as logging.</summary>
public interface IActorContextAccessor
{
    /// <summary>The current actor; null outside of actors and off the actor's scheduler.</summary>
    RunningActor? Current { get; }
}

/// <summary>An actor and the message that it handles.</summary>
/// <param name="Actor">The actor.</param>
/// <param name="Message">The message; null while a timer or a reminder runs, and between messages.</param>
public readonly record struct RunningActor(ActorAddress Actor, ActorMessage? Message);

internal sealed class ActorContextAccessor(RunningSubject running) : IActorContextAccessor
{
    /// <inheritdoc/>
    public RunningActor? Current =>
        running.Actor is Actor actor ? new RunningActor(actor.AddressOf, actor.RunningMessage) : null;
}
