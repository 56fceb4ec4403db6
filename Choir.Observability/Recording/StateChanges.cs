namespace Choir.Observability;

/// <summary>A ring buffer of the last state changes of a host.</summary>
internal sealed class StateChanges(int capacity)
{
    private readonly StateChange?[] _ring = new StateChange?[capacity];
    private long _written;

    /// <summary>The most memory that it can use, in bytes: about 200 per change.</summary>
    public long Memory => _ring.Length * 200L;

    public void Add(StateChange change) =>
        Volatile.Write(ref _ring[(Interlocked.Increment(ref _written) - 1) % _ring.Length], change);

    /// <summary>The changes of one actor, newest first.</summary>
    public List<StateChange> Of(string type, string id) =>
        [.. _ring.OfType<StateChange>().Where(change => change.ActorId == id && change.ActorType == type).OrderByDescending(change => change.At)];
}
