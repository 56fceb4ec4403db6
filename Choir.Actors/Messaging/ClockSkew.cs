using System.Collections.Concurrent;

namespace Choir.Actors.Messaging;

/// <summary>How far the wall clocks of other processes differ from this one's, as far as their messages show it.</summary>
/// <remarks>
/// What two clocks say of a message is the time that it took and their difference. The quickest of many took next to
/// nothing, so what they say of it is the difference and the least transport: that is subtracted from all, as NTP does. A
/// quicker one is believed at once. A difference that has grown, because a clock was set, is believed when a whole window
/// has shown nothing quicker at many moments, among them such messages as found their actor free: those that stood in line
/// show nothing of clocks, and go on telling how long they stood there.
/// </remarks>
internal sealed class ClockSkew
{
    /// <summary>The most processes that are remembered; with one more, all are learnt anew.</summary>
    public const int MaxProcesses = 1_024;

    /// <summary>The ticks of a window: a minute.</summary>
    public const int Window = 60;

    /// <summary>Between how many ticks of a window messages must have come for it to count; it goes on until they have.</summary>
    public const int MinMoments = 10;

    /// <summary>The <see cref="AppContext"/> switch with which the overhead benchmark turns the correction off, to measure what it costs.</summary>
    public const string OffSwitch = "Choir.Actors.ClockSkew.IsOff";

    // The compiler removes the branch, because the value cannot change.
    private static readonly bool IsOff = AppContext.TryGetSwitch(OffSwitch, out var isOff) && isOff;

    private readonly ConcurrentDictionary<long, Sender> _senders = new();

    /// <summary>How many processes are remembered.</summary>
    public int Processes => _senders.Count;

    /// <summary>Corrects the time that a message took.</summary>
    /// <param name="process">The process that sent it.</param>
    /// <param name="ticks">The time by the two wall clocks, which may be below zero.</param>
    /// <param name="isPrompt">Whether it found its actor free.</param>
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

        // Of one that stood in line it is not known how much of its time the clocks are.
        return isPrompt || ticks < 0 ? Know(process, ticks).Correct(ticks, isPrompt) : ticks;
    }

    /// <summary>Once a second, off the message path: ends windows.</summary>
    public void Tick()
    {
        foreach (var (_, sender) in _senders)
        {
            sender.Tick();
        }
    }

    private Sender Know(long process, long ticks)
    {
        if (_senders.Count >= MaxProcesses)
        {
            _senders.Clear();
        }

        return _senders.GetOrAdd(process, static (_, ticks) => new Sender(ticks), ticks);
    }

    /// <summary>What one process has shown. Only a message that shows something new writes to it.</summary>
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
