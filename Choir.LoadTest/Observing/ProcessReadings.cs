using Choir.LoadTest.Observing.Metrics;

namespace Choir.LoadTest.Observing;

/// <summary>A process of the system.</summary>
/// <param name="Name">Its instance, or its address.</param>
/// <param name="Service">Its service.</param>
/// <param name="Host">Its machine.</param>
/// <param name="Address">Where its metrics are read.</param>
internal sealed record ObservedProcess(string Name, string Service, string Host, Uri Address);

/// <summary>All readings of one process: the series that are used, added up over its restarts.</summary>
/// <param name="process">The process.</param>
internal sealed class ProcessReadings(ObservedProcess process)
{
    /// <summary>The most series that are kept of a process. Choir's own are about 3,000.</summary>
    public const int MaxSeries = 50_000;

    private readonly Dictionary<string, Series> _series = new(StringComparer.Ordinal);
    private double? _startTime;
    private int _readings;

    /// <summary>The process.</summary>
    public ObservedProcess Process { get; } = process;

    /// <summary>The seconds, from the begin of the measurement, of the first reading that counts; null without one.</summary>
    public double? FirstAt { get; private set; }

    /// <summary>The seconds, from the begin of the measurement, of the latest reading.</summary>
    public double LastAt { get; private set; }

    /// <summary>Whether series were left out because there were too many.</summary>
    public bool IsCut { get; private set; }

    /// <summary>How often it has restarted at the same address during the measurement.</summary>
    public int Restarts { get; private set; }

    /// <summary>The time over which it was observed, in seconds.</summary>
    public double Seconds => FirstAt is { } first ? Math.Max(0, LastAt - first) : 0;

    /// <summary>The series that are used.</summary>
    public IEnumerable<Series> All => _series.Values;

    /// <summary>Adds a reading.</summary>
    /// <param name="text">The answer of <c>/metrics</c>.</param>
    /// <param name="at">Seconds from the begin of the measurement.</param>
    /// <param name="begin">The begin of the measurement, in seconds since 1970: what started later counted from zero within it.</param>
    /// <returns>The number of samples that are used.</returns>
    public int Add(ReadOnlySpan<char> text, double at, double begin)
    {
        var byName = _series.GetAlternateLookup<ReadOnlySpan<char>>();
        var started = StartTimeIn(text);
        var restarted = _startTime is { } before && started is { } now && now > before + 1;
        Restarts += restarted ? 1 : 0;
        // A process that appears during the measurement has counted from zero if it started within it.
        var countsFromZero = _readings > 0 || started > begin;
        var reading = _readings + 1;
        var used = 0;
        var reader = new MetricsText(text);
        while (reader.Read())
        {
            var sample = reader.Current;
            if (WantedMetrics.Find(sample.Name) is not { } metric || !IsUsable(metric, sample.Value))
            {
                continue;
            }

            used++;
            if (byName.TryGetValue(sample.Series, out var series))
            {
                series.Add(sample.Value, reading, restarted);
            }
            else if (_series.Count < MaxSeries)
            {
                series = new Series(metric, SeriesLabels.Read(metric, sample.Labels));
                series.Begin(sample.Value, reading, countsFromZero);
                byName[sample.Series] = series;
            }
            else
            {
                IsCut = true;
            }
        }

        if (used > 0)
        {
            _readings = reading;
            _startTime = started ?? _startTime;
            FirstAt ??= started > begin ? Math.Clamp(started.Value - begin, 0, at) : at;
            LastAt = at;
        }

        return used;
    }

    /// <summary>The measurement begins with the latest reading: what was counted before does not count.</summary>
    public void Restart()
    {
        foreach (var series in _series.Values)
        {
            series.Restart();
        }

        (FirstAt, LastAt, Restarts) = (_readings > 0 ? 0 : null, 0, 0);
    }

    /// <summary>The sum of the latest values of a metric; null if the latest reading does not have it.</summary>
    public double? Latest(string metric)
    {
        double sum = 0;
        var found = false;
        foreach (var series in _series.Values)
        {
            if (series.Reading == _readings && series.Metric.Name == metric)
            {
                (sum, found) = (sum + series.Value, true);
            }
        }

        return found ? sum : null;
    }

    /// <summary>The series of a metric in the latest reading.</summary>
    public IEnumerable<Series> LatestSeries(string metric) =>
        _series.Values.Where(series => series.Reading == _readings && series.Metric.Name == metric);

    /// <summary>The increase of a metric since the begin of the measurement, over all its series; 0 without one.</summary>
    public double Increase(string metric) =>
        _series.Values.Where(series => series.Metric.Name == metric).Sum(series => series.Increase);

    private static bool IsUsable(WantedMetric metric, double value) =>
        double.IsFinite(value) && (metric.Kind == SeriesKind.Gauge || value >= 0);

    // Before all others, because it tells what their values mean.
    private static double? StartTimeIn(ReadOnlySpan<char> text)
    {
        for (var at = 0; at < text.Length;)
        {
            var found = text[at..].IndexOf(WantedMetrics.StartTime);
            if (found < 0)
            {
                return null;
            }

            at += found;
            if (at == 0 || text[at - 1] == '\n')
            {
                var line = new MetricsText(text[at..]);
                return line.Read() && line.Current.Name.SequenceEqual(WantedMetrics.StartTime) && double.IsFinite(line.Current.Value)
                    ? line.Current.Value
                    : null;
            }

            at += WantedMetrics.StartTime.Length;
        }

        return null;
    }
}
