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
        states.Of(grainId) is { } grain
            ? ReadAsync(grain, stateName, inner.ReadStateAsync, grainId, grainState)
            : inner.ReadStateAsync(stateName, grainId, grainState);

    /// <inheritdoc/>
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken) =>
        states.Of(grainId) is { } grain
            ? ReadAsync(grain, stateName, (name, id, state) => inner.ReadStateAsync(name, id, state, cancellationToken), grainId, grainState)
            : inner.ReadStateAsync(stateName, grainId, grainState, cancellationToken);

    /// <inheritdoc/>
    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        states.Of(grainId) is { } grain
            ? WriteAsync(grain, stateName, inner.WriteStateAsync, grainId, grainState)
            : inner.WriteStateAsync(stateName, grainId, grainState);

    /// <inheritdoc/>
    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken) =>
        states.Of(grainId) is { } grain
            ? WriteAsync(grain, stateName, (name, id, state) => inner.WriteStateAsync(name, id, state, cancellationToken), grainId, grainState)
            : inner.WriteStateAsync(stateName, grainId, grainState, cancellationToken);

    /// <inheritdoc/>
    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        states.Of(grainId) is { } grain
            ? ClearAsync(grain, stateName, inner.ClearStateAsync, grainId, grainState)
            : inner.ClearStateAsync(stateName, grainId, grainState);

    /// <inheritdoc/>
    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken) =>
        states.Of(grainId) is { } grain
            ? ClearAsync(grain, stateName, (name, id, state) => inner.ClearStateAsync(name, id, state, cancellationToken), grainId, grainState)
            : inner.ClearStateAsync(stateName, grainId, grainState, cancellationToken);

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

    private async Task ReadAsync<T>(
        GrainActivation grain, string name, Func<string, GrainId, IGrainState<T>, Task> read, GrainId id, IGrainState<T> state)
    {
        var sizes = StateSizes.Begin();
        await read(name, id, state);
        states.OnRead(grain, name, state.RecordExists ? sizes.Size : 0);
    }

    private async Task WriteAsync<T>(
        GrainActivation grain, string name, Func<string, GrainId, IGrainState<T>, Task> write, GrainId id, IGrainState<T> state)
    {
        var sizes = StateSizes.Begin();
        try
        {
            await write(name, id, state);
        }
        catch (InconsistentStateException)
        {
            states.OnConflict(grain);
            throw;
        }

        states.OnWritten(grain, name, sizes.Size);
    }

    private async Task ClearAsync<T>(
        GrainActivation grain, string name, Func<string, GrainId, IGrainState<T>, Task> clear, GrainId id, IGrainState<T> state)
    {
        try
        {
            await clear(name, id, state);
        }
        catch (InconsistentStateException)
        {
            states.OnConflict(grain);
            throw;
        }

        states.OnCleared(grain, name);
    }
}
