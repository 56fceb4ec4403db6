using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Choir.Actors;

/// <summary>An actor whose state is stored: an immutable record, replaced by <see cref="UpdateState"/>.</summary>
/// <typeparam name="TState">
/// The state: a record with a parameterless constructor, or one whose parameters all have defaults.
/// </typeparam>
public abstract class Actor<TState> : Actor
    where TState : class
{
    private const string StateName = "state";

    private IGrainStorage _storage = null!;
    private GrainState<TState> _stored = null!;

    /// <summary>The state, as last persisted.</summary>
    protected TState State => _stored.State!;

    /// <summary>The state of an actor that has none stored.</summary>
    protected virtual TState InitialState() =>
        (TState)Activator.CreateInstance(
            typeof(TState),
            BindingFlags.CreateInstance | BindingFlags.Public | BindingFlags.Instance | BindingFlags.OptionalParamBinding,
            binder: null,
            args: Array.ConvertAll(MostOptionalConstructor().GetParameters(), _ => Type.Missing),
            culture: null)!;

    /// <summary>Persists a new state and makes it <see cref="State"/>; a failed write leaves the old one.</summary>
    /// <param name="next">The whole new state.</param>
    /// <exception cref="InconsistentStateException">
    /// Somebody else has written since this activation read: it is deactivated, whether this is caught or not.
    /// </exception>
    protected async Task UpdateState(TState next)
    {
        ArgumentNullException.ThrowIfNull(next);
        var written = new GrainState<TState>(next, _stored.ETag) { RecordExists = _stored.RecordExists };
        try
        {
            await _storage.WriteStateAsync(StateName, this.GetGrainId(), written);
        }
        catch (InconsistentStateException)
        {
            Abandon();
            throw;
        }

        _stored = written;
    }

    private protected sealed override async Task LoadState(CancellationToken cancellationToken)
    {
        _storage ??= ServiceProvider.GetKeyedService<IGrainStorage>("Default")
            ?? ServiceProvider.GetService<IGrainStorage>()
            ?? throw new InvalidOperationException($"{GetType().Name} has state, but the host has no default grain storage.");
        var read = new GrainState<TState>();
        await _storage.ReadStateAsync(StateName, this.GetGrainId(), read);
        if (!read.RecordExists || read.State is null)
        {
            read.State = InitialState();
        }

        _stored = read;
    }

    private static ConstructorInfo MostOptionalConstructor() =>
        typeof(TState).GetConstructors().FirstOrDefault(constructor => constructor.GetParameters().All(parameter => parameter.IsOptional))
        ?? throw new InvalidOperationException(
            $"{typeof(TState).Name} needs a parameterless constructor or defaults for all its parameters, or its actor overrides InitialState().");
}
