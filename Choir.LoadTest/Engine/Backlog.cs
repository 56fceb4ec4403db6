namespace Choir.LoadTest.Engine;

/// <summary>An operation that is due.</summary>
/// <param name="Scenario">The index of its scenario.</param>
/// <param name="Number">Its number in the run.</param>
/// <param name="Due">Its intended start.</param>
internal readonly record struct DueOperation(int Scenario, long Number, double Due);

/// <summary>The free users, and the operations that wait for one. Nothing is waiting while a user is free.</summary>
/// <param name="users">The number of users.</param>
/// <param name="capacity">The most waiting operations.</param>
/// <param name="maxWait">How long an operation waits before it is given up, in seconds.</param>
/// <param name="notSent">Called with each operation that is given up.</param>
internal sealed class Backlog(int users, int capacity, double maxWait, Action<DueOperation> notSent)
{
    private readonly Lock _gate = new();
    private readonly Stack<int> _free = new(Enumerable.Range(0, users).Reverse());
    private readonly Queue<DueOperation> _waiting = new();

    public int InFlight
    {
        get
        {
            lock (_gate)
            {
                return users - _free.Count;
            }
        }
    }

    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Takes a user for an operation. Without a free one the operation waits, or is given up if too many wait.</summary>
    public bool TryStart(DueOperation operation, out int user)
    {
        bool givenUp;
        lock (_gate)
        {
            if (_free.TryPop(out user))
            {
                return true;
            }

            givenUp = _waiting.Count >= capacity;
            if (!givenUp)
            {
                _waiting.Enqueue(operation);
            }
        }

        if (givenUp)
        {
            notSent(operation);
        }

        return false;
    }

    /// <summary>The next operation of a user who has ended one; without one the user becomes free.</summary>
    public bool TryContinue(int user, double now, out DueOperation next)
    {
        List<DueOperation>? late = null;
        var found = false;
        lock (_gate)
        {
            while (_waiting.TryDequeue(out next))
            {
                if (now - next.Due <= maxWait)
                {
                    found = true;
                    break;
                }

                (late ??= []).Add(next);
            }

            if (!found)
            {
                _free.Push(user);
            }
        }

        late?.ForEach(notSent);
        return found;
    }

    /// <summary>Gives up everything that waits.</summary>
    public void Clear()
    {
        DueOperation[] waiting;
        lock (_gate)
        {
            waiting = [.. _waiting];
            _waiting.Clear();
        }

        Array.ForEach(waiting, notSent);
    }
}
