namespace Choir.Actors.Telemetry;

/// <summary>Lets so many records a second through. Asked for every message, so it costs one comparison when it is used up.</summary>
internal sealed class LogBudget
{
    /// <summary>Records a second, of one event and actor type.</summary>
    public const int PerSecond = 10;

    private long _closedUntil;
    private long _secondEnds;
    private int _used;
    private long _countAtLast;
    private long _count;

    /// <summary>Whether a record may be written now. Two threads may both get the last place.</summary>
    /// <param name="now">The time, in ticks of a clock.</param>
    /// <param name="ticksPerSecond">Its frequency.</param>
    public bool Allows(long now, long ticksPerSecond)
    {
        if (now < _closedUntil)
        {
            return false;
        }

        if (now >= _secondEnds)
        {
            _secondEnds = now + ticksPerSecond;
            _used = 0;
        }

        if (++_used >= PerSecond)
        {
            _closedUntil = _secondEnds;
        }

        return true;
    }

    /// <summary>The same for an event that nobody else counts.</summary>
    /// <param name="now">The time, in ticks of a clock.</param>
    /// <param name="ticksPerSecond">Its frequency.</param>
    /// <param name="suppressed">How many were not written since the last that was.</param>
    public bool Allows(long now, long ticksPerSecond, out long suppressed)
    {
        var count = Interlocked.Increment(ref _count);
        var allows = Allows(now, ticksPerSecond);
        suppressed = allows ? Suppressed(count) : 0;
        return allows;
    }

    /// <summary>How many were not written since the last that was.</summary>
    /// <param name="count">How many there were in all, this one included.</param>
    public long Suppressed(long count)
    {
        var last = Interlocked.Exchange(ref _countAtLast, count);
        return Math.Max(0, count - last - 1);
    }
}
