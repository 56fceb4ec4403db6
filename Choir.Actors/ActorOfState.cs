using System.Reflection;
using Choir.Actors.State;
using Choir.Actors.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Choir.Actors;

/// <summary>An actor with stored state: an immutable record that <see cref="UpdateState"/> replaces.</summary>
/// <typeparam name="TState">
/// The state: a record with a parameterless constructor, or with a constructor whose parameters all have defaults.
/// </typeparam>
public abstract class Actor<TState> : Actor
    where TState : class
{
    private const string StateName = "state";

    private IGrainStorage _storage = null!;
    private MeasuredState<TState> _stored = null!;

    /// <summary>The state as last stored.</summary>
    protected TState State => _stored.State!;

    /// <summary>The state of an actor for which none is stored.</summary>
    protected virtual TState InitialState() =>
        (TState)Activator.CreateInstance(
            typeof(TState),
            BindingFlags.CreateInstance | BindingFlags.Public | BindingFlags.Instance | BindingFlags.OptionalParamBinding,
            binder: null,
            args: Array.ConvertAll(ConstructorWithDefaults().GetParameters(), _ => Type.Missing),
            culture: null)!;

    /// <summary>Stores a new state and sets <see cref="State"/> to it. If the write fails, the old state remains.</summary>
    /// <param name="next">The complete new state.</param>
    /// <exception cref="InconsistentStateException">
    /// The stored state was changed after this activation read it. The activation is deactivated, whether the exception is
    /// caught or not.
    /// </exception>
    protected async Task UpdateState(TState next)
    {
        ArgumentNullException.ThrowIfNull(next);
        var before = _stored.State!;
        var written = new MeasuredState<TState>(next, _stored.ETag) { RecordExists = _stored.RecordExists };
        try
        {
            await _storage.WriteStateAsync(StateName, this.GetGrainId(), written);
        }
        catch (InconsistentStateException e)
        {
            OnStateConflict(e);
            Abandon();
            throw;
        }

        _stored = written;
        OnStateWritten(written, StateShape<TState>.Differences(before, next));
    }

    private protected sealed override async Task LoadStateAsync(CancellationToken cancellationToken)
    {
        _storage ??= ServiceProvider.GetKeyedService<IGrainStorage>("Default")
            ?? ServiceProvider.GetService<IGrainStorage>()
            ?? throw new InvalidOperationException($"{GetType().Name} has state, but the host has no default grain storage.");
        var read = new MeasuredState<TState>();
        await _storage.ReadStateAsync(StateName, this.GetGrainId(), read);
        if (!read.RecordExists || read.State is null)
        {
            read.State = InitialState();
        }

        _stored = read;
        OnStateRead(read);
    }

    /// <inheritdoc/>
    internal sealed override (byte[] Json, string? Version)? StateForInspection() =>
        _stored is { State: { } state } stored ? (ActorJson.Serialize(state), stored.ETag) : null;

    private void OnStateRead(MeasuredState<TState> read)
    {
        TypeTelemetry.KnowKeys(StateShape<TState>.Keys);
        TypeTelemetry.SetStateSize(this, read.RecordExists ? read.SizeInBytes : 0);
    }

    private void OnStateWritten(MeasuredState<TState> written, List<StateDifference> differences)
    {
        var size = written.SizeInBytes;
        TypeTelemetry.SetStateSize(this, size);
        Runtime.Telemetry.Metrics.StateSize.RecordSafely(size, TypeTelemetry.Tag);
        foreach (var (key, _, _) in differences)
        {
            TypeTelemetry.OnChanged(key);
        }

        Runtime.Telemetry.StateChanges.Add(new StateChange(
            Address.Type, Address.Id, Time.GetUtcNow(), long.TryParse(written.ETag, out var version) ? version : null, size,
            differences.ConvertAll(difference => difference.Key), CurrentMessage?.Id ?? Guid.Empty));
        if (differences.Count > 0 && Runtime.MessageLog.WantsState(this))
        {
            foreach (var (key, before, after) in differences)
            {
                Runtime.MessageLog.StateUpdated(this, key, Redaction.Describe(key, before), Redaction.Describe(key, after));
            }
        }
    }

    private void OnStateConflict(InconsistentStateException e)
    {
        TypeTelemetry.OnConflict();
        Runtime.Logger.StateConflict(Address.Type, Address.Id, e.StoredEtag, e.CurrentEtag, Runtime.HostName);
    }

    private static ConstructorInfo ConstructorWithDefaults() =>
        typeof(TState).GetConstructors().FirstOrDefault(constructor => constructor.GetParameters().All(parameter => parameter.IsOptional))
        ?? throw new InvalidOperationException(
            $"{typeof(TState).Name} needs a parameterless constructor or defaults for all its parameters, or its actor overrides InitialState().");
}
