using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;

namespace Choir.Observability;

/// <summary>The actor or grain that the calling code runs in.</summary>
/// <param name="services">Resolved late, because loggers need this class and the Orleans accessor needs loggers.</param>
internal sealed class RunningSubject(IServiceProvider services) : IRunningSubject, ILifecycleParticipant<ISiloLifecycle>
{
    private IGrainContextAccessor? _grains;

    /// <inheritdoc/>
    public LogSubject Current => Actor?.Subject ?? default;

    /// <inheritdoc/>
    public bool IsOfActor => _grains?.GrainContext?.GrainInstance is IObservedActor;

    /// <summary>The current actor; null outside of actors and off the actor's scheduler.</summary>
    public IObservedActor? Actor =>
        _grains?.GrainContext is not { } context ? null
        : context.GrainInstance is IObservedActor actor ? (actor.Address.IsNone ? null : actor)
        : GrainObservation.Of(context);

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle) => _grains = services.GetRequiredService<IGrainContextAccessor>();
}
