namespace Choir.Actors.Telemetry;

/// <summary>The last state changes of a host, in a ring.</summary>
internal sealed class StateChanges(int capacity)
{
    private readonly StateChange?[] _ring = new StateChange?[capacity];
    private long _written;

    /// <summary>The memory that it can take, in bytes: about 200 a change.</summary>
    public long Memory => _ring.Length * 200L;

    /// <summary>Keeps a change.</summary>
    public void Add(StateChange change) =>
        Volatile.Write(ref _ring[(Interlocked.Increment(ref _written) - 1) % _ring.Length], change);

    /// <summary>The changes of one actor, newest first.</summary>
    public List<StateChange> Of(string type, string id) =>
        [.. _ring.OfType<StateChange>().Where(change => change.ActorId == id && change.ActorType == type).OrderByDescending(change => change.At)];
}
