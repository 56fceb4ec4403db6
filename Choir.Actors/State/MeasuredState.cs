using Orleans;

namespace Choir.Actors;

/// <summary>
/// A state on its way from or to the storage. A storage that knows how many bytes it took sets <see cref="Size"/>, so that
/// nothing is written twice to measure it.
/// </summary>
public interface IMeasuredState
{
    /// <summary>The size as it is stored, in bytes; below zero where the storage did not say.</summary>
    int Size { get; set; }
}

/// <inheritdoc cref="IMeasuredState"/>
/// <typeparam name="TState">The state.</typeparam>
internal sealed class MeasuredState<TState> : IGrainState<TState>, IMeasuredState
    where TState : class
{
    public MeasuredState()
    {
    }

    public MeasuredState(TState state, string? etag) => (State, ETag) = (state, etag);

    /// <inheritdoc/>
    public TState? State { get; set; }

    /// <inheritdoc/>
    public string? ETag { get; set; }

    /// <inheritdoc/>
    public bool RecordExists { get; set; }

    /// <inheritdoc/>
    public int Size { get; set; } = -1;

    /// <summary>The size as the storage said it, or else as JSON, in bytes.</summary>
    public int SizeInBytes
    {
        get
        {
            if (Size < 0)
            {
                Size = ActorJson.Serialize(State).Length;
            }

            return Size;
        }
    }
}
