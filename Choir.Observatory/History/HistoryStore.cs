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

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Series> _series = new(StringComparer.Ordinal);
    private readonly DateTimeOffset[] _times = new DateTimeOffset[Length];
    private long _count;

    /// <summary>How many values were left out because of the limit.</summary>
    public long Dropped { get; private set; }

    /// <summary>Records the values of a moment.</summary>
    public void Record(IEnumerable<(string Name, double? Value)> values)
    {
        lock (_gate)
        {
            var slot = _count++;
            _times[slot % Length] = time.GetUtcNow();
            foreach (var (name, value) in values)
            {
                if (!_series.TryGetValue(name, out var series))
                {
                    if (!HasRoom(slot))
                    {
                        Dropped++;
                        continue;
                    }

                    _series[name] = series = new Series();
                }

                series.Set(slot, value is { } number ? (float)number : float.NaN);
            }
        }
    }

    /// <summary>The values of a series, the oldest first; null where none was recorded.</summary>
    public IReadOnlyList<HistoryPoint> Read(string name, TimeSpan? window = null)
    {
        lock (_gate)
        {
            var first = Math.Max(0, _count - Math.Min(Length, window is { } span ? (long)Math.Ceiling(span / Step) : Length));
            var series = _series.GetValueOrDefault(name);
            var points = new HistoryPoint[_count - first];
            for (var slot = first; slot < _count; slot++)
            {
                points[slot - first] = new HistoryPoint(_times[slot % Length], series?.Get(slot));
            }

            return points;
        }
    }

    /// <summary>The mean and the highest value of a series.</summary>
    public HistorySummary Summarize(string name, TimeSpan window)
    {
        lock (_gate)
        {
            var first = Math.Max(0, _count - Math.Min(Length, (long)Math.Ceiling(window / Step)));
            if (_count == first || !_series.TryGetValue(name, out var series))
            {
                return default;
            }

            var (sum, highest) = (0.0, (float?)null);
            for (var slot = first; slot < _count; slot++)
            {
                if (series.Get(slot) is { } value)
                {
                    sum += value;
                    highest = highest > value ? highest : value;
                }
            }

            return new HistorySummary(sum / (_count - first), highest);
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

    // At the limit, a series that is not recorded any more makes room. If all are recorded, the new one is left out.
    private bool HasRoom(long slot)
    {
        if (_series.Count < MaxSeries)
        {
            return true;
        }

        var (oldest, series) = _series.MinBy(one => one.Value.Last);
        return series.Last < slot - 1 && _series.Remove(oldest);
    }

    private sealed class Series
    {
        private readonly float[] _values = new float[Length];

        /// <summary>The slot that was recorded last.</summary>
        public long Last { get; private set; } = -1;

        public void Set(long slot, float value)
        {
            for (var missed = Math.Max(Last + 1, slot - Length + 1); missed < slot; missed++)
            {
                _values[missed % Length] = float.NaN;
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
/// <param name="Mean">The mean; where no value was recorded, it counts as 0.</param>
/// <param name="Highest">The highest value; null if none was recorded.</param>
public readonly record struct HistorySummary(double Mean, double? Highest);
