using Orleans;

namespace Choir.Actors;

/// <summary>
/// A state that is read or written. A storage provider that knows the stored size sets <see cref="Size"/>; otherwise the
/// state is serialized once more to measure it, before it is written.
/// </summary>
public interface IMeasuredState
{
    /// <summary>The stored size in bytes; below zero if the storage provider did not set it.</summary>
    int Size { get; set; }
}

internal sealed class MeasuredState<TState> : IGrainState<TState>, IMeasuredState
    where TState : class
{
    public MeasuredState()
    {
    }

    public MeasuredState(TState state, string? etag) => (State, ETag) = (state, etag);

    public TState? State { get; set; }

    public string? ETag { get; set; }

    public bool RecordExists { get; set; }

    public int Size { get; set; } = -1;
}
