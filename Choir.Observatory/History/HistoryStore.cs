namespace Choir.Observatory.History;

/// <summary>
/// Named figures of the last hour, one every five seconds, in memory of a fixed size: at most <see cref="MaxSeries"/> series of
/// <see cref="Length"/> values of four bytes, together 6 MB.
/// </summary>
public sealed class HistoryStore(TimeProvider time)
{
    /// <summary>The time between two values.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromSeconds(5);

    /// <summary>The number of values of a series: an hour.</summary>
    public const int Length = 720;

    /// <summary>The most series. A new one then replaces one that is not recorded any more; if there is none, it is left out and counted.</summary>
    public const int MaxSeries = 2_000;

    /// <summary>
    /// The longest time between two readings that is no gap: until then the earlier values hold, as readings are not made at exact times.
    /// </summary>
    public static readonly TimeSpan MaxPause = Step * 3;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Series> _series = new(StringComparer.Ordinal);
    private readonly DateTimeOffset[] _times = new DateTimeOffset[Length];
    private readonly bool[] _isGap = new bool[Length];
    private DateTimeOffset _start;
    private long _last = -1;

    /// <summary>How many values were left out because of the limit.</summary>
    public long Dropped { get; private set; }

    /// <summary>Records the values of a moment. A longer time without any is a gap in all series.</summary>
    public void Record(IEnumerable<(string Name, double? Value)> values)
    {
        lock (_gate)
        {
            var (now, before) = (time.GetUtcNow(), _last);
            if (before < 0 || now < _times[before % Length])
            {
                // A clock that was set back continues after the last value.
                _start = now - ((before + 1) * Step);
            }

            var slot = SlotAt(now);
            var isGap = before >= 0 && now - _times[before % Length] > MaxPause;
            for (var missed = Math.Max(before + 1, slot - Length + 1); missed < slot; missed++)
            {
                (_times[missed % Length], _isGap[missed % Length]) = (TimeOf(missed), isGap);
            }

            (_times[slot % Length], _isGap[slot % Length], _last) = (now, false, slot);
            foreach (var (name, value) in values)
            {
                if (!_series.TryGetValue(name, out var series))
                {
                    if (!HasRoom(before))
                    {
                        Dropped++;
                        continue;
                    }

                    _series[name] = series = new Series();
                }

                series.Set(slot, value is { } number ? (float)number : float.NaN, holds: !isGap && series.Last == before);
            }
        }
    }

    /// <summary>
    /// The values of a series until now, the oldest first; null where none was recorded. There is one each <see cref="Step"/>, so equal
    /// distances in the list are equal times.
    /// </summary>
    public IReadOnlyList<HistoryPoint> Read(string name, TimeSpan? window = null)
    {
        lock (_gate)
        {
            var (first, end) = Slots(window);
            var series = _series.GetValueOrDefault(name);
            var points = new HistoryPoint[end - first];
            for (var slot = first; slot < end; slot++)
            {
                points[slot - first] = new HistoryPoint(slot <= _last ? _times[slot % Length] : TimeOf(slot), series?.Get(slot));
            }

            return points;
        }
    }

    /// <summary>The mean and the highest value of a series.</summary>
    public HistorySummary Summarize(string name, TimeSpan window)
    {
        lock (_gate)
        {
            var (first, _) = Slots(window);
            if (first > _last || !_series.TryGetValue(name, out var series))
            {
                return default;
            }

            var (sum, readings, highest) = (0.0, 0, (float?)null);
            for (var slot = first; slot <= _last; slot++)
            {
                readings += _isGap[slot % Length] ? 0 : 1;
                if (series.Get(slot) is { } value)
                {
                    sum += value;
                    highest = highest > value ? highest : value;
                }
            }

            return new HistorySummary(sum / readings, highest);
        }
    }

    /// <summary>The names of all series.</summary>
    public IReadOnlyList<string> Names()
    {
        lock (_gate)
        {
            return [.. _series.Keys.Order(StringComparer.Ordinal)];
        }
    }

    private DateTimeOffset TimeOf(long slot) => _start + (slot * Step);

    // The nearest one, as readings are made shortly before or after the full step.
    private long SlotAt(DateTimeOffset at) => (long)Math.Round((at - _start) / Step);

    private (long First, long End) Slots(TimeSpan? window)
    {
        var now = time.GetUtcNow();
        var end = _last >= 0 && now - _times[_last % Length] > MaxPause ? SlotAt(now) + 1 : _last + 1;
        return (Math.Max(0, end - Math.Min(Length, window is { } span ? (long)Math.Ceiling(span / Step) : Length)), end);
    }

    // At the limit, a series that is not recorded any more makes room. If all are recorded, the new one is left out.
    private bool HasRoom(long before)
    {
        if (_series.Count < MaxSeries)
        {
            return true;
        }

        var (oldest, series) = _series.MinBy(one => one.Value.Last);
        return series.Last < before && _series.Remove(oldest);
    }

    private sealed class Series
    {
        private readonly float[] _values = new float[Length];

        /// <summary>The slot that was recorded last.</summary>
        public long Last { get; private set; } = -1;

        public void Set(long slot, float value, bool holds)
        {
            var until = holds && Last >= 0 ? _values[Last % Length] : float.NaN;
            for (var missed = Math.Max(Last + 1, slot - Length + 1); missed < slot; missed++)
            {
                _values[missed % Length] = until;
            }

            _values[slot % Length] = value;
            First = Last < 0 ? slot : First;
            Last = slot;
        }

        public float? Get(long slot) =>
            slot >= First && slot <= Last && _values[slot % Length] is var value && !float.IsNaN(value) ? value : null;

        private long First { get; set; }
    }
}

/// <summary>A value of a series.</summary>
/// <param name="At">When it was recorded.</param>
/// <param name="Value">The value; null if none was recorded, or it is not finite: that can neither be drawn nor written as JSON.</param>
public readonly record struct HistoryPoint(DateTimeOffset At, float? Value)
{
    /// <summary>The value; null if none was recorded, or it is not finite.</summary>
    public float? Value { get; init; } = Value is { } value && float.IsFinite(value) ? value : null;
}

/// <summary>The values of a series in a window.</summary>
/// <param name="Mean">The mean; a reading without a value counts as 0, a time without readings does not count.</param>
/// <param name="Highest">The highest value; null if none was recorded.</param>
public readonly record struct HistorySummary(double Mean, double? Highest);
