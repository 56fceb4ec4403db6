namespace Choir.LoadTest.Observing.Metrics;

/// <summary>One series of a process: its latest value, and its increase since the begin of the measurement.</summary>
/// <param name="metric">The metric.</param>
/// <param name="labels">Those of its labels that are used.</param>
internal sealed class Series(WantedMetric metric, SeriesLabels labels)
{
    /// <summary>The metric.</summary>
    public WantedMetric Metric { get; } = metric;

    /// <summary>Those of its labels that are used.</summary>
    public SeriesLabels Labels { get; } = labels;

    /// <summary>The latest value.</summary>
    public double Value { get; private set; }

    /// <summary>The increase since the begin of the measurement, over all restarts of the process.</summary>
    public double Increase { get; private set; }

    /// <summary>The number of the reading that had it last.</summary>
    public int Reading { get; private set; }

    /// <summary>The first value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="reading">The number of the reading.</param>
    /// <param name="countsFromZero">Whether it began at zero within the measurement; else the value is from before.</param>
    public void Begin(double value, int reading, bool countsFromZero) =>
        (Value, Reading, Increase) = (value, reading, countsFromZero ? value : 0);

    /// <summary>A later value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="reading">The number of the reading.</param>
    /// <param name="restarted">Whether the process has restarted since the last value, so that counters began at zero.</param>
    public void Add(double value, int reading, bool restarted)
    {
        Increase += restarted || value < Value ? value : value - Value;
        (Value, Reading) = (value, reading);
    }

    /// <summary>The measurement begins now.</summary>
    public void Restart() => Increase = 0;
}

/// <summary>The labels of a series that are used, whatever their names are.</summary>
/// <param name="Key">The actor type, phase, query type, model, table or pool state, depending on the metric; empty if it has none.</param>
/// <param name="Detail">The method of a route, the outcome of a message, or an actor's id; empty if it has none.</param>
/// <param name="UpperBound">The upper bound of a bucket.</param>
internal readonly record struct SeriesLabels(string Key, string Detail, double UpperBound)
{
    /// <summary>Reads the labels of a metric's series.</summary>
    public static SeriesLabels Read(WantedMetric metric, ReadOnlySpan<char> labels)
    {
        var (key, detail) = metric.Name switch
        {
            WantedMetrics.Requests => ("request_type", "http_request_method"),
            WantedMetrics.Messages => ("actor_type", "outcome"),
            WantedMetrics.HotBusy => ("actor_type", "actor_id"),
            WantedMetrics.QueueTime or WantedMetrics.Processing or WantedMetrics.QueueLength or WantedMetrics.LongestQueue => ("actor_type", null),
            WantedMetrics.PhaseTime => ("phase", null),
            WantedMetrics.QueryTime => ("query_type", null),
            WantedMetrics.ModelTime => ("gen_ai_request_model", null),
            WantedMetrics.TransactionTime => ("transaction_type", null),
            WantedMetrics.DatabaseSize => ("table", null),
            WantedMetrics.Connections => ("db_client_connection_state", null),
            _ => (null, (string?)null),
        };
        var bound = double.NaN;
        if (metric.Kind == SeriesKind.Bucket
            && !MetricsText.TryParseValue(LabelText.ValueOf(labels, "le"), out bound))
        {
            bound = double.NaN;
        }

        return new SeriesLabels(
            key is null ? "" : LabelText.ValueOf(labels, key) ?? "",
            detail is null ? "" : LabelText.ValueOf(labels, detail) ?? "",
            bound);
    }
}
