namespace Choir.Storage;

/// <summary>The threads whose events callers wait for.</summary>
internal sealed class FollowedThreads
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, FollowedThread> _threads = [];

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _threads.Count;
            }
        }
    }

    public Guid[] Threads
    {
        get
        {
            lock (_lock)
            {
                return [.. _threads.Keys];
            }
        }
    }

    public FollowedThread Add(Guid thread)
    {
        lock (_lock)
        {
            if (!_threads.TryGetValue(thread, out var followed))
            {
                _threads[thread] = followed = new FollowedThread();
            }

            followed.Followers++;
            return followed;
        }
    }

    public void Remove(Guid thread, FollowedThread followed)
    {
        lock (_lock)
        {
            if (--followed.Followers == 0)
            {
                _threads.Remove(thread);
            }
        }
    }

    /// <param name="payload">The thread's id, as the database sent it.</param>
    public void Notify(string payload)
    {
        if (Guid.TryParse(payload, out var thread))
        {
            lock (_lock)
            {
                _threads.GetValueOrDefault(thread)?.Notify();
            }
        }
    }

    public void NotifyAll()
    {
        lock (_lock)
        {
            foreach (var followed in _threads.Values)
            {
                followed.Notify();
            }
        }
    }

    /// <param name="last">The number of each thread's last event, found by a poll. A thread that was removed is missing.</param>
    public void NotifyChanged(IReadOnlyDictionary<Guid, long> last)
    {
        lock (_lock)
        {
            foreach (var (thread, followed) in _threads)
            {
                var number = last.GetValueOrDefault(thread);
                if (followed.LastPolled != number)
                {
                    followed.LastPolled = number;
                    followed.Notify();
                }
            }
        }
    }
}

/// <summary>A thread with followers. Modified under the lock; <see cref="Next"/> is read without it.</summary>
internal sealed class FollowedThread
{
    private volatile ThreadChange _next = new();

    public int Followers { get; set; }

    /// <summary>The number of the last event found by the poll; -1 before the first poll.</summary>
    public long LastPolled { get; set; } = -1;

    /// <summary>The next change.</summary>
    public ThreadChange Next => _next;

    public void Notify()
    {
        var happened = _next;
        _next = new ThreadChange();
        happened.Happen();
    }
}

/// <summary>A change of a thread that may still have to happen, and what its followers read before it.</summary>
internal sealed class ThreadChange
{
    private readonly TaskCompletionSource _happened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private Task<IReadOnlySet<string>>? _running;

    /// <summary>Completes when there may be new events.</summary>
    public Task Happened => _happened.Task;

    public void Happen() => _happened.SetResult();

    /// <summary>The running cycles: read by the first caller for all of them, and again only if that failed.</summary>
    public Task<IReadOnlySet<string>> RunningCyclesAsync(Func<Task<IReadOnlySet<string>>> read)
    {
        lock (_lock)
        {
            return _running is null or { IsFaulted: true } ? _running = read() : _running;
        }
    }
}
