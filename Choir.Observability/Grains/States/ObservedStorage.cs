using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Choir.Observability;

/// <summary>Grain storage whose reads and writes are counted. What it does and throws is that of the storage inside.</summary>
/// <param name="inner">The storage inside.</param>
/// <param name="states">Counts.</param>
/// <param name="isOwned">Whether the storage inside is disposed with this one.</param>
internal sealed class ObservedStorage(IGrainStorage inner, StateWatch states, bool isOwned)
    : IGrainStorage, ILifecycleParticipant<ISiloLifecycle>, IAsyncDisposable, IDisposable
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
    public void Dispose()
    {
        if (isOwned)
        {
            (inner as IDisposable)?.Dispose();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (isOwned && inner is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }
        else
        {
            Dispose();
        }
    }

    private Task ReadAsync<T>(string name, GrainId id, IGrainState<T> state, Func<Task> read)
    {
        return states.Of(id) is { } grain ? ObserveAsync(grain) : read();

        async Task ObserveAsync(GrainActivation grain)
        {
            var sizes = StateSizes.Begin();
            await read();
            states.OnRead(grain, name, state.RecordExists ? sizes.Size : 0);
        }
    }

    private Task WriteAsync(string name, GrainId id, Func<Task> write)
    {
        return states.Of(id) is { } grain ? ObserveAsync(grain) : write();

        async Task ObserveAsync(GrainActivation grain)
        {
            var sizes = StateSizes.Begin();
            await ChangeAsync(grain, write);
            states.OnWritten(grain, name, sizes.Size);
        }
    }

    private Task ClearAsync(string name, GrainId id, Func<Task> clear)
    {
        return states.Of(id) is { } grain ? ObserveAsync(grain) : clear();

        async Task ObserveAsync(GrainActivation grain)
        {
            await ChangeAsync(grain, clear);
            states.OnCleared(grain, name);
        }
    }

    private async Task ChangeAsync(GrainActivation grain, Func<Task> change)
    {
        try
        {
            await change();
        }
        catch (InconsistentStateException)
        {
            states.OnConflict(grain);
            throw;
        }
    }
}
