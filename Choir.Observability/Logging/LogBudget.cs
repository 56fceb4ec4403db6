namespace Choir.Observability;

/// <summary>Limits log records to <see cref="PerSecond"/>. Called for every message, so it costs one comparison when the limit is reached.</summary>
internal sealed class LogBudget
{
    /// <summary>The limit of records per second, of one event and actor type.</summary>
    public const int PerSecond = 10;

    private long _closedUntil;
    private long _secondEnds;
    private int _used;
    private long _countAtLastRecord;
    private long _count;

    /// <summary>Whether a record may be written now. With several threads the limit may be exceeded by a few.</summary>
    /// <param name="now">The time, in ticks of a clock.</param>
    /// <param name="ticksPerSecond">The frequency of the clock.</param>
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

    /// <summary>Whether a record may be written now, for an event that is not counted elsewhere.</summary>
    /// <param name="now">The time, in ticks of a clock.</param>
    /// <param name="ticksPerSecond">The frequency of the clock.</param>
    /// <param name="suppressed">The number of records not written since the last one.</param>
    public bool Allows(long now, long ticksPerSecond, out long suppressed)
    {
        var count = Interlocked.Increment(ref _count);
        var allows = Allows(now, ticksPerSecond);
        suppressed = allows ? Suppressed(count) : 0;
        return allows;
    }

    /// <summary>The number of records not written since the last one.</summary>
    /// <param name="count">The number of events so far, including this one.</param>
    public long Suppressed(long count)
    {
        var last = Interlocked.Exchange(ref _countAtLastRecord, count);
        return Math.Max(0, count - last - 1);
    }
}
