using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;

namespace Choir.Actors;

/// <summary>Tells which actor the calling code runs in, for what stands around actors, such as logging.</summary>
public interface IActorContextAccessor
{
    /// <summary>The actor that runs here; null outside of actors, and on a thread that has left the actor's scheduler.</summary>
    RunningActor? Current { get; }
}

/// <summary>An actor and what it has in hand.</summary>
/// <param name="Actor">The actor.</param>
/// <param name="Message">The message in its hands; null in a timer's or a reminder's turn, and between turns.</param>
public readonly record struct RunningActor(ActorAddress Actor, ActorMessage? Message);

/// <inheritdoc cref="IActorContextAccessor"/>
/// <param name="services">
/// Asked once, when the host is built: loggers need this, and the engine's part of it needs loggers.
/// </param>
internal sealed class ActorContextAccessor(IServiceProvider services) : IActorContextAccessor, ILifecycleParticipant<ISiloLifecycle>
{
    private IGrainContextAccessor? _grains;

    /// <inheritdoc/>
    public RunningActor? Current =>
        _grains?.GrainContext?.GrainInstance is Actor { AddressOf.IsNone: false } actor
            ? new RunningActor(actor.AddressOf, actor.MessageInHand)
            : null;

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle) => _grains = services.GetRequiredService<IGrainContextAccessor>();
}
