using Orleans;

namespace Choir.Actors.Telemetry;

/// <summary>The last deadlocks that this host found. A deadlock is resolved at once, by an error, so the list is a history.</summary>
internal sealed class DeadlockList(TimeProvider time)
{
    private const int Capacity = 64;

    private static readonly TimeSpan Recent = TimeSpan.FromMinutes(1);

    private readonly Queue<Deadlock> _all = new(Capacity);

    public void Add(string actorType, string messageType, string[] path)
    {
        lock (_all)
        {
            if (_all.Count == Capacity)
            {
                _all.Dequeue();
            }

            _all.Enqueue(new Deadlock(time.GetUtcNow(), actorType, messageType, path));
        }
    }

    /// <summary>All deadlocks, newest first.</summary>
    public Deadlock[] All()
    {
        lock (_all)
        {
            return [.. _all.Reverse()];
        }
    }

    /// <summary>The number of deadlocks of an actor type in the last minute.</summary>
    public int CountRecent(string actorType)
    {
        var since = time.GetUtcNow() - Recent;
        lock (_all)
        {
            return _all.Count(one => one.ActorType == actorType && one.At >= since);
        }
    }
}
