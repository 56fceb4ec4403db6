using System.Net;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Choir.Observability;

/// <summary>Grain storage whose reads and writes are counted. What it does and throws is that of the storage inside.</summary>
/// <remarks>
/// Nothing here needs the scheduler of the grain: a grain that blocks its thread until a write has ended would wait for itself.
/// </remarks>
/// <param name="inner">The storage inside.</param>
/// <param name="states">Counts.</param>
/// <param name="isOwned">Whether the storage inside is disposed with this one.</param>
internal sealed class ObservedStorage(IGrainStorage inner, StateWatch states, bool isOwned)
    : Decorator(inner, isOwned), IGrainStorage, IRestExceptionDecoder, ILifecycleParticipant<ISiloLifecycle>
{
    /// <inheritdoc/>
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ReadAsync(stateName, grainId, grainState, () => inner.ReadStateAsync(stateName, grainId, grainState));

    /// <inheritdoc/>
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken) =>
        ReadAsync(stateName, grainId, grainState, () => inner.ReadStateAsync(stateName, grainId, grainState, cancellationToken));

    /// <inheritdoc/>
    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        WriteAsync(stateName, grainId, () => inner.WriteStateAsync(stateName, grainId, grainState));

    /// <inheritdoc/>
    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken) =>
        WriteAsync(stateName, grainId, () => inner.WriteStateAsync(stateName, grainId, grainState, cancellationToken));

    /// <inheritdoc/>
    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ClearAsync(stateName, grainId, () => inner.ClearStateAsync(stateName, grainId, grainState));

    /// <inheritdoc/>
    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken) =>
        ClearAsync(stateName, grainId, () => inner.ClearStateAsync(stateName, grainId, grainState, cancellationToken));

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle) => (inner as ILifecycleParticipant<ISiloLifecycle>)?.Participate(lifecycle);

    /// <inheritdoc/>
    public bool DecodeException(Exception exception, out HttpStatusCode httpStatusCode, out string restStatus, bool getExtendedErrors = false)
    {
        if (inner is IRestExceptionDecoder decoder)
        {
            return decoder.DecodeException(exception, out httpStatusCode, out restStatus, getExtendedErrors);
        }

        // Orleans takes null as no status; the interface is older than nullable annotations.
        (httpStatusCode, restStatus) = (default, null!);
        return false;
    }

    private Task ReadAsync<T>(string name, GrainId id, IGrainState<T> state, Func<Task> read)
    {
        return ToCount(name, id) is { } grain ? ObserveAsync(grain) : read();

        async Task ObserveAsync(GrainActivation grain)
        {
            using var sizes = StateSizes.Begin(id, name);
            await read().ConfigureAwait(false);
            states.OnRead(grain, new StateName(this, name), state, sizes.Size);
        }
    }

    private Task WriteAsync(string name, GrainId id, Func<Task> write)
    {
        return ToCount(name, id) is { } grain ? ObserveAsync(grain) : write();

        async Task ObserveAsync(GrainActivation grain)
        {
            using var sizes = StateSizes.Begin(id, name);
            await ChangeAsync(grain, write).ConfigureAwait(false);
            states.OnWritten(grain, new StateName(this, name), sizes.Size);
        }
    }

    private Task ClearAsync(string name, GrainId id, Func<Task> clear)
    {
        return ToCount(name, id) is { } grain ? ObserveAsync(grain) : clear();

        async Task ObserveAsync(GrainActivation grain)
        {
            using var operation = StateSizes.Begin(id, name);
            await ChangeAsync(grain, clear).ConfigureAwait(false);
            states.OnCleared(grain, new StateName(this, name));
        }
    }

    // Of storage in storage, the outermost counts: that is the one that the grain uses.
    private GrainActivation? ToCount(string name, GrainId id) => states.Of(id) is { } grain && !StateSizes.IsWithin(id, name) ? grain : null;

    private async Task ChangeAsync(GrainActivation grain, Func<Task> change)
    {
        try
        {
            await change().ConfigureAwait(false);
        }
        catch (InconsistentStateException)
        {
            states.OnConflict(grain);
            throw;
        }
    }
}
