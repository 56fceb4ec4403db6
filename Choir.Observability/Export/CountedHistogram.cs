using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;

namespace Choir.Observability;

/// <summary>
/// A histogram of all messages. Its values are counted in cells and added to the SDK when a reader collects; or, if anything
/// listens that cannot take them so, each value is recorded through the public API.
/// </summary>
/// <param name="instrument">The histogram.</param>
/// <param name="buckets">Its buckets.</param>
internal sealed class CountedHistogram(Histogram<double> instrument, Buckets buckets)
{
    private readonly List<HistogramSeries> _series = [];
    private List<BulkMetric> _metrics = [];

    public Histogram<double> Instrument { get; } = instrument;

    public Buckets Buckets { get; } = buckets;

    public int SeriesCount => _series.Count;

    /// <summary>Whether each value must be recorded. True until it is known what listens.</summary>
    public bool IsDirect { get; private set; } = true;

    /// <summary>Values that a failure kept from the SDK.</summary>
    public long Lost { get; private set; }

    /// <summary>The last of these failures. After one, each value is recorded.</summary>
    public Exception? Failure { get; private set; }

    public void Add(HistogramSeries series) => _series.Add(series);

    /// <summary>Records each value from now on. Values counted before are still added to the metrics that are known.</summary>
    public void Suspend() => IsDirect = true;

    /// <summary>Finds out what listens.</summary>
    /// <returns>Why each value must be recorded; null if values can be counted, or if nothing listens.</returns>
    public string? Look()
    {
        if (BulkRecording.IsStarting)
        {
            IsDirect = true;
            return null;
        }

        var doubt = Doubt(out var metrics, out var isEnding);
        _metrics = metrics ?? _metrics;
        IsDirect = doubt is not null || isEnding || _metrics.Count == 0;
        return doubt;
    }

    /// <summary>Adds the values counted since the last call.</summary>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The values that could not be added are counted.")]
    public void Flush()
    {
        foreach (var series in _series)
        {
            if (series.Take() is not (> 0 and var count))
            {
                continue;
            }

            try
            {
                foreach (var metric in _metrics)
                {
                    metric.Add(series.Tags, series.Added, Buckets);
                }
            }
            catch (Exception e)
            {
                Lost += count;
                Failure = e;
            }
        }
    }

    // The metrics are those that take values in bulk, also if there is a doubt about another; null if nothing can be known.
    // A provider that ends takes the last values one by one, which is no doubt.
    private string? Doubt(out List<BulkMetric>? metrics, out bool isEnding)
    {
        (metrics, isEnding) = (null, false);
        if (!Instrument.Enabled)
        {
            metrics = [];
            return null;
        }

        if (Failure is not null)
        {
            return $"adding values to {Instrument.Name} in bulk has failed";
        }

        if (SdkMembers.Found is null || !Listeners.TryGet(Instrument, out var listeners))
        {
            return $"this version of OpenTelemetry or .NET is not known; bulk recording needs OpenTelemetry {SdkMembers.Version}";
        }

        metrics = [];
        string? doubt = null;
        foreach (var (listener, state) in listeners)
        {
            if (BulkRecording.IsEnding(listener))
            {
                isEnding = true;
                continue;
            }

            if (!BulkRecording.Owns(listener) || BulkMetric.MetricsOf(state) is not { Length: > 0 } fed)
            {
                doubt = $"a listener without AddChoirObservability or AddChoirActorsInstrumentation listens to {Instrument.Name}";
                continue;
            }

            foreach (var metric in fed)
            {
                if (BulkMetric.TryCreate(metric, Buckets.Bounds) is { } bulk)
                {
                    metrics.Add(bulk);
                }
                else
                {
                    doubt = $"a view or a setting changes the buckets, the attributes or the exemplars of {Instrument.Name}";
                }
            }
        }

        return doubt;
    }
}
