using Orleans;

namespace Choir.Observability;

/// <summary>The last deadlocks that this host found. A deadlock is resolved at once, by an error, so the list is a history.</summary>
internal sealed class DeadlockList(TimeProvider time)
{
    private const int Capacity = 64;

    private static readonly TimeSpan Recent = TimeSpan.FromMinutes(1);

    // The timestamp is of the monotonic clock, which cannot be set.
    private readonly Queue<(Deadlock Deadlock, long FoundAt)> _all = new(Capacity);

    public void Add(string actorType, string messageType, string[] path)
    {
        lock (_all)
        {
            if (_all.Count == Capacity)
            {
                _all.Dequeue();
            }

            _all.Enqueue((new Deadlock(time.GetUtcNow(), actorType, messageType, path), time.GetTimestamp()));
        }
    }

    /// <summary>All deadlocks, newest first.</summary>
    public Deadlock[] All()
    {
        lock (_all)
        {
            return [.. _all.Select(one => one.Deadlock).Reverse()];
        }
    }

    /// <summary>The number of deadlocks of an actor type in the last minute.</summary>
    public int CountRecent(string actorType)
    {
        lock (_all)
        {
            return _all.Count(one => one.Deadlock.ActorType == actorType && time.GetElapsedTime(one.FoundAt) <= Recent);
        }
    }
}
