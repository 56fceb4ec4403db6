using Choir.Observability;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;

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

/// <param name="services">Resolved late, because loggers need this class and the Orleans accessor needs loggers.</param>
internal sealed class ActorContextAccessor(IServiceProvider services)
    : IActorContextAccessor, IRunningSubject, ILifecycleParticipant<ISiloLifecycle>
{
    private IGrainContextAccessor? _grains;

    public RunningActor? Current => Actor is { } actor ? new RunningActor(actor.AddressOf, actor.RunningMessage) : null;

    LogSubject IRunningSubject.Current
    {
        get
        {
            if (Actor is not { } actor)
            {
                return default;
            }

            var message = actor.RunningMessage;
            return new LogSubject(
                actor.AddressOf, message?.Type, message?.Id ?? default, message?.CorrelationId ?? default, message?.TraceContext ?? default);
        }
    }

    /// <summary>The current actor; null outside of actors and off the actor's scheduler.</summary>
    internal Actor? Actor => _grains?.GrainContext?.GrainInstance is Actor { AddressOf.IsNone: false } actor ? actor : null;

    public void Participate(ISiloLifecycle lifecycle) => _grains = services.GetRequiredService<IGrainContextAccessor>();
}
