namespace Choir.LoadTest.Engine;

/// <summary>The results of one interval of a run.</summary>
internal sealed class Interval
{
    /// <summary>Operations that were due in it.</summary>
    public long Due { get; set; }

    /// <summary>Operations that succeeded in it.</summary>
    public long Completed { get; set; }

    /// <summary>Failures of operations that were due in it.</summary>
    public long Errors { get; set; }

    /// <summary>Operations in flight at its end.</summary>
    public int InFlight { get; set; }

    /// <summary>Latencies of the operations that were due in it and succeeded.</summary>
    public LatencyHistogram Latency { get; } = new(digits: 2);

    public void Add(Interval later)
    {
        Due += later.Due;
        Completed += later.Completed;
        Errors += later.Errors;
        InFlight = later.InFlight;
        Latency.Add(later.Latency);
    }
}

/// <summary>Consecutive intervals of equal length. When there are too many, each two become one. Not thread-safe.</summary>
/// <param name="seconds">The first length of an interval.</param>
/// <param name="maxCount">The most intervals, an even number.</param>
internal sealed class IntervalSeries(double seconds, int maxCount)
{
    private readonly List<Interval> _intervals = [];

    /// <summary>The length of an interval.</summary>
    public double Seconds { get; private set; } = seconds;

    public IReadOnlyList<Interval> Intervals => _intervals;

    /// <summary>The interval of a time, from 0.</summary>
    public Interval At(double time)
    {
        while (time >= Seconds * maxCount)
        {
            Widen();
        }

        var index = (int)(time / Seconds);
        while (_intervals.Count <= index)
        {
            _intervals.Add(new Interval());
        }

        return _intervals[index];
    }

    /// <summary>
    /// Divides the measured time into parts of nearly equal length, each of whole intervals; fewer if there are fewer intervals.
    /// </summary>
    /// <param name="measured">The measured time; an interval that ends later is left out, unless there is no other.</param>
    /// <param name="count">The number of parts.</param>
    public IReadOnlyList<(Interval Sum, double Seconds)> Parts(double measured, int count)
    {
        var whole = Math.Min(_intervals.Count, (int)Math.Floor((measured / Seconds) + 1e-6));
        count = Math.Min(count, whole);
        var parts = new List<(Interval, double)>();
        for (var part = 0; part < count; part++)
        {
            var (begin, end) = ((int)((long)part * whole / count), (int)((part + 1L) * whole / count));
            var sum = new Interval();
            for (var index = begin; index < end; index++)
            {
                sum.Add(_intervals[index]);
            }

            parts.Add((sum, (end - begin) * Seconds));
        }

        return parts;
    }

    private void Widen()
    {
        for (var index = 0; index < _intervals.Count; index += 2)
        {
            var merged = _intervals[index];
            if (index + 1 < _intervals.Count)
            {
                merged.Add(_intervals[index + 1]);
            }

            _intervals[index / 2] = merged;
        }

        _intervals.RemoveRange((_intervals.Count + 1) / 2, _intervals.Count / 2);
        Seconds *= 2;
    }
}
