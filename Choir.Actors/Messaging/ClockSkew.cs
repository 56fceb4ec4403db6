using System.Collections.Concurrent;

namespace Choir.Actors.Messaging;

/// <summary>
/// Estimates the difference between this process' monotonic clock and those of other processes, from the arrival of their
/// messages.
/// </summary>
/// <remarks>
/// The time of arrival minus the time of sending is the transport time plus the difference of the clocks. The minimum over many
/// messages is the difference plus the shortest transport time: that is subtracted from all, as NTP does. So the transport time
/// of a message is what it took longer than the fastest one, and the first message of a process has none. A lower minimum is
/// used at once. A higher one, because clocks drift, is used when a whole window had no lower value in at least
/// <see cref="MinMoments"/> of its seconds with messages.
/// Setting a wall clock changes nothing here. A monotonic clock can stop while its machine is suspended, after which all
/// messages seem late: so a long transport time is checked against the wall clocks, and is unknown if they disagree.
/// </remarks>
internal sealed class ClockSkew(TimeProvider time)
{
    /// <summary>A transport time that cannot be known.</summary>
    public const long Unknown = -1;

    /// <summary>The most processes that are remembered; at one more, all are forgotten and learned again.</summary>
    public const int MaxProcesses = 1_024;

    /// <summary>The length of a window in ticks of <see cref="Tick"/>: a minute.</summary>
    public const int Window = 60;

    /// <summary>The number of seconds with messages that a window needs before it ends.</summary>
    public const int MinMoments = 10;

    /// <summary>The <see cref="AppContext"/> switch with which the overhead benchmark turns the correction off, to measure what it costs.</summary>
    public const string OffSwitch = "Choir.Actors.ClockSkew.IsOff";

    // The compiler removes the branch, because the value cannot change.
    private static readonly bool IsOff = AppContext.TryGetSwitch(OffSwitch, out var isOff) && isOff;

    private readonly ConcurrentDictionary<long, Sender> _senders = new();

    /// <summary>A longer transport time is checked: a second.</summary>
    private readonly long _long = time.TimestampFrequency;

    private readonly double _ticksPerUtcTick = (double)time.TimestampFrequency / TimeSpan.TicksPerSecond;

    public int ProcessCount => _senders.Count;

    /// <summary>Estimates the transport time of a message.</summary>
    /// <param name="process">The sending process.</param>
    /// <param name="ticks">The time of arrival minus the time of sending, by the two monotonic clocks.</param>
    /// <param name="sentAtTicks">The time of sending by the sender's wall clock.</param>
    /// <returns>The time in ticks of the clock, not below zero; <see cref="Unknown"/> if the clocks disagree.</returns>
    public long Correct(long process, long ticks, long sentAtTicks)
    {
        if (IsOff)
        {
            return Math.Max(0, ticks);
        }

        var sender = _senders.TryGetValue(process, out var known) ? known : Learn(process, ticks);
        var transport = sender.Correct(ticks);
        if (transport <= _long)
        {
            if (sender.NeedsWallClocks)
            {
                sender.SetWallClocks(BetweenClocks(ticks, sentAtTicks));
            }

            return transport;
        }

        return sender.AgreesWithWallClocks(BetweenClocks(ticks, sentAtTicks)) ? transport : Unknown;
    }

    /// <summary>Called once a second by a timer: ends windows.</summary>
    public void Tick()
    {
        foreach (var (_, sender) in _senders)
        {
            sender.Tick();
        }
    }

    /// <summary>By how much more time passed between sending and arrival by the wall clocks than by the monotonic ones, in UTC ticks.</summary>
    private long BetweenClocks(long ticks, long sentAtTicks) =>
        time.GetUtcNow().UtcTicks - sentAtTicks - (long)(ticks / _ticksPerUtcTick);

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
        private const long None = long.MinValue;
        private const long Tolerance = TimeSpan.TicksPerSecond / 2;

        private long _difference = first;
        private long _least = first;
        private long _wallClocks = None;
        private bool _isSeen;
        private int _age;
        private int _moments;

        public bool NeedsWallClocks => _wallClocks == None;

        public void SetWallClocks(long between) => Volatile.Write(ref _wallClocks, between);

        public bool AgreesWithWallClocks(long between) =>
            Volatile.Read(ref _wallClocks) is var known and not None && Math.Abs(between - known) <= Tolerance;

        public long Correct(long ticks)
        {
            Lower(ref _least, ticks);
            if (!_isSeen)
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
                Volatile.Write(ref _wallClocks, None);
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
