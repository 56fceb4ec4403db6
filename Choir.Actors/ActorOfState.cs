using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Choir.Actors.State;
using Choir.Observability;
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

    /// <summary>A write that failed and may have been stored all the same; null if there is none.</summary>
    private MeasuredState<TState>? _unclear;

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

    /// <summary>
    /// Stores a new state and sets <see cref="State"/> to it. If the write fails, the old state remains. The storage may have
    /// stored the new one all the same, so the state is read again before the next message, or the next write.
    /// </summary>
    /// <param name="next">The complete new state.</param>
    /// <exception cref="ActorErrorException">
    /// The state cannot be written as JSON, for example because of an infinite number, half a character, or an object that contains itself:
    /// <see cref="ErrorCodes.InvalidData"/>. Nothing was stored.
    /// </exception>
    /// <exception cref="InconsistentStateException">
    /// The stored state was changed after this activation read it. The activation is deactivated, whether the exception is
    /// caught or not.
    /// </exception>
    protected async Task UpdateState(TState next)
    {
        ArgumentNullException.ThrowIfNull(next);
        if (_unclear is { } unclear)
        {
            await ReadAfterUnclearWriteAsync(unclear);
        }

        var before = _stored.State!;
        var written = new MeasuredState<TState>(next, _stored.ETag) { RecordExists = _stored.RecordExists };

        // A storage provider that measures the state serializes it before it writes.
        var size = Runtime.StorageMeasures ? 0 : SizeOf(next);
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
        catch (Exception e) when (e is not ActorErrorException)
        {
            _ = SizeOf(next);
            _unclear = written;
            IsStateUnclear = true;
            throw;
        }

        _stored = written;
        Measure(written, size);
        OnStateWritten(written, before);
    }

    /// <summary>Adopts what is stored, if it is what this activation read or tried to write.</summary>
    private async Task ReadAfterUnclearWriteAsync(MeasuredState<TState> unclear)
    {
        var read = await ReadStateAsync();
        var isOurs = read.ETag == _stored.ETag || JsonNode.DeepEquals(ToJson(read.State), ToJson(unclear.State));
        if (!isOurs)
        {
            var conflict = new InconsistentStateException("Another activation has written the state.", read.ETag, _stored.ETag);
            OnStateConflict(conflict);
            Abandon();
            throw conflict;
        }

        SetState(read);
    }

    private static JsonNode? ToJson(TState? state) => JsonSerializer.SerializeToNode(state, ActorJson.StateOptions);

    /// <exception cref="ActorErrorException">The state cannot be written as JSON.</exception>
    private int SizeOf(TState state)
    {
        try
        {
            return JsonSerializer.SerializeToUtf8Bytes(state, ActorJson.StateOptions).Length;
        }
        catch (Exception e)
        {
            throw new ActorErrorException(ErrorCodes.InvalidData, $"The new state of {Address} cannot be stored as JSON: {e.Message}");
        }
    }

    private void Measure(MeasuredState<TState> written, int size)
    {
        if (written.Size < 0)
        {
            written.Size = size;
        }
        else if (!Runtime.StorageMeasures)
        {
            Runtime.StorageMeasures = true;
        }
    }

    private protected sealed override async Task LoadStateAsync(CancellationToken cancellationToken)
    {
        _storage ??= ServiceProvider.GetKeyedService<IGrainStorage>("Default")
            ?? ServiceProvider.GetService<IGrainStorage>()
            ?? throw new InvalidOperationException($"{GetType().Name} has state, but the host has no default grain storage.");
        SetState(await ReadStateAsync());
    }

    private async Task<MeasuredState<TState>> ReadStateAsync()
    {
        var read = new MeasuredState<TState>();
        await _storage.ReadStateAsync(StateName, this.GetGrainId(), read);
        if (!read.RecordExists || read.State is null)
        {
            read.State = InitialState();
        }

        return read;
    }

    private void SetState(MeasuredState<TState> read)
    {
        _stored = read;
        _unclear = null;
        IsStateUnclear = false;
        OnStateRead(read);
    }

    /// <inheritdoc/>
    internal sealed override (string Json, string? Version)? StateForInspection() =>
        _stored is { State: { } state } stored ? (StateText.Of(state), stored.ETag) : null;

    private void OnStateRead(MeasuredState<TState> read)
    {
        try
        {
            TypeTelemetry.KnowKeys(StateShape<TState>.Keys);
            TypeTelemetry.SetStateSize(this, !read.RecordExists ? 0 : read.Size >= 0 ? read.Size : ActorJson.Serialize(read.State).Length);
        }
        catch (Exception e)
        {
            // The state was read from a storage provider that stores more than JSON can express.
            Runtime.Logger.TelemetryFailed(e);
        }
    }

    private void OnStateWritten(MeasuredState<TState> written, TState before)
    {
        try
        {
            Count(written, StateShape<TState>.Differences(before, written.State!));
        }
        catch (Exception e)
        {
            // For example, a property of the state throws. The state is stored, so the handler goes on.
            Runtime.Logger.TelemetryFailed(e);
        }
    }

    private void Count(MeasuredState<TState> written, List<StateDifference> differences)
    {
        var size = written.Size;
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
            foreach (var (key, old, now) in differences)
            {
                Runtime.MessageLog.StateUpdated(this, key, StateText.Of<TState>(key, old), StateText.Of<TState>(key, now));
            }
        }
    }

    private void OnStateConflict(InconsistentStateException e)
    {
        TypeTelemetry.OnConflict();
        Runtime.Logger.StateConflict(Address.Type, Address.Id, e.StoredEtag ?? "none", e.CurrentEtag ?? "none", Runtime.HostName);
    }

    private static ConstructorInfo ConstructorWithDefaults() =>
        typeof(TState).GetConstructors().FirstOrDefault(constructor => constructor.GetParameters().All(parameter => parameter.IsOptional))
        ?? throw new InvalidOperationException(
            $"{typeof(TState).Name} needs a parameterless constructor or defaults for all its parameters, or its actor overrides InitialState().");
}
