using System.Collections.Concurrent;

namespace Choir.Actors.Messaging;

/// <summary>Estimates the difference between this process' wall clock and those of other processes, from their messages.</summary>
/// <remarks>
/// The receive time minus the send time of a message is its transport and queue time plus the difference of the clocks. The
/// minimum over many messages is the difference plus the shortest transport time: that is subtracted from all, as NTP does.
/// A lower minimum is used at once. A higher one, after a clock was set, is used when a whole window had no lower value in
/// at least <see cref="MinMoments"/> of its seconds with messages that did not wait in a queue: messages that waited say
/// nothing about the clocks, and their queue time must still be reported.
/// </remarks>
internal sealed class ClockSkew
{
    /// <summary>The most processes that are remembered; at one more, all are forgotten and learned again.</summary>
    public const int MaxProcesses = 1_024;

    /// <summary>The length of a window in ticks: a minute.</summary>
    public const int Window = 60;

    /// <summary>The number of seconds with unqueued messages that a window needs before it ends.</summary>
    public const int MinMoments = 10;

    /// <summary>The <see cref="AppContext"/> switch with which the overhead benchmark turns the correction off, to measure what it costs.</summary>
    public const string OffSwitch = "Choir.Actors.ClockSkew.IsOff";

    // The compiler removes the branch, because the value cannot change.
    private static readonly bool IsOff = AppContext.TryGetSwitch(OffSwitch, out var isOff) && isOff;

    private readonly ConcurrentDictionary<long, Sender> _senders = new();

    public int ProcessCount => _senders.Count;

    /// <summary>Corrects the time since a message was sent.</summary>
    /// <param name="process">The sending process.</param>
    /// <param name="ticks">The time by the two wall clocks; may be below zero.</param>
    /// <param name="isPrompt">Whether the message did not wait in a queue.</param>
    /// <returns>The time, not below zero.</returns>
    public long Correct(long process, long ticks, bool isPrompt)
    {
        if (IsOff)
        {
            return Math.Max(0, ticks);
        }

        if (_senders.TryGetValue(process, out var sender))
        {
            return sender.Correct(ticks, isPrompt);
        }

        // The queue time of a queued message is unknown, so it cannot be a first estimate.
        return isPrompt || ticks < 0 ? Learn(process, ticks).Correct(ticks, isPrompt) : ticks;
    }

    /// <summary>Called once a second by a timer: ends windows.</summary>
    public void Tick()
    {
        foreach (var (_, sender) in _senders)
        {
            sender.Tick();
        }
    }

    private Sender Learn(long process, long ticks)
    {
        if (_senders.Count >= MaxProcesses)
        {
            _senders.Clear();
        }

        return _senders.GetOrAdd(process, static (_, ticks) => new Sender(ticks), ticks);
    }

    /// <summary>The estimate for one process. Only a message that changes it writes to it.</summary>
    private sealed class Sender(long first)
    {
        private long _difference = first;
        private long _least = first;
        private bool _isSeen;
        private int _age;
        private int _moments;

        public long Correct(long ticks, bool isPrompt)
        {
            Lower(ref _least, ticks);
            if (isPrompt && !_isSeen)
            {
                _isSeen = true;
            }

            Lower(ref _difference, ticks);
            return Math.Max(0, ticks - Volatile.Read(ref _difference));
        }

        public void Tick()
        {
            _age++;
            if (_isSeen)
            {
                _isSeen = false;
                _moments++;
            }

            if (_age >= Window && _moments >= MinMoments)
            {
                Volatile.Write(ref _difference, Interlocked.Exchange(ref _least, long.MaxValue));
                (_age, _moments) = (0, 0);
            }
        }

        private static void Lower(ref long least, long ticks)
        {
            for (var known = Volatile.Read(ref least); ticks < known;)
            {
                var found = Interlocked.CompareExchange(ref least, ticks, known);
                if (found == known)
                {
                    return;
                }

                known = found;
            }
        }
    }
}
