using System.Collections.Concurrent;
using System.Globalization;
using Choir.Actors;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Choir.Tests.Unit.Actors.Support;

/// <summary>Grain storage in memory that checks versions as the real one does, and that a test can change.</summary>
public sealed class StoredStates : IGrainStorage
{
    private readonly ConcurrentDictionary<GrainId, (int Version, byte[] State)> _rows = new();
    private readonly ConcurrentDictionary<string, (bool FailsRead, bool FailsWrite, bool StoresNevertheless)> _faults = new();

    /// <summary>Changes the stored state without the actor, as a second activation would.</summary>
    public void Overwrite<T>(string type, string id, T state) =>
        _rows.AddOrUpdate(
            GrainId.Create(type, id),
            _ => (1, ActorJson.Serialize(state)),
            (_, row) => (row.Version + 1, ActorJson.Serialize(state)));

    /// <summary>Makes the storage of an actor time out until <see cref="Mend"/>.</summary>
    /// <param name="id">The actor's id.</param>
    /// <param name="reads">Whether reads fail.</param>
    /// <param name="writes">Whether writes fail.</param>
    /// <param name="storesNevertheless">Whether a failed write is stored.</param>
    public void Break(string id, bool reads = false, bool writes = true, bool storesNevertheless = false) =>
        _faults[id] = (reads, writes, storesNevertheless);

    public void Mend(string id) => _faults.TryRemove(id, out _);

    public T Read<T>(string type, string id) => ActorJson.Deserialize<T>(_rows[GrainId.Create(type, id)].State);

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (_faults.TryGetValue(grainId.Key.ToString()!, out var fault) && fault.FailsRead)
        {
            throw new TimeoutException("The storage did not answer.");
        }

        grainState.RecordExists = _rows.TryGetValue(grainId, out var row);
        grainState.ETag = grainState.RecordExists ? row.Version.ToString(CultureInfo.InvariantCulture) : null;
        grainState.State = grainState.RecordExists ? ActorJson.Deserialize<T>(row.State) : default!;
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var isBroken = _faults.TryGetValue(grainId.Key.ToString()!, out var fault) && fault.FailsWrite;
        if (isBroken && !fault.StoresNevertheless)
        {
            throw new TimeoutException("The storage did not answer.");
        }

        var expected = grainState.ETag is null ? 0 : int.Parse(grainState.ETag, CultureInfo.InvariantCulture);
        var next = (Version: expected + 1, State: ActorJson.Serialize(grainState.State));
        var stored = expected == 0
            ? _rows.TryAdd(grainId, next)
            : _rows.TryGetValue(grainId, out var row) && row.Version == expected && _rows.TryUpdate(grainId, next, row);
        if (!stored)
        {
            throw new InconsistentStateException("Another writer has changed the state.");
        }

        if (isBroken)
        {
            throw new TimeoutException("The storage stored the state, and then did not answer.");
        }

        grainState.ETag = next.Version.ToString(CultureInfo.InvariantCulture);
        grainState.RecordExists = true;
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        _rows.TryRemove(grainId, out _);
        grainState.ETag = null;
        grainState.RecordExists = false;
        return Task.CompletedTask;
    }
}
