using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;

namespace Choir.Actors.Telemetry;

/// <summary>A series of a histogram whose values are counted in cells and added to the SDK when a reader collects.</summary>
/// <param name="instrument">The histogram.</param>
/// <param name="buckets">The buckets of the histogram.</param>
/// <param name="tags">The attributes of the series.</param>
/// <param name="read">Sums up the counts of all threads since the start.</param>
internal sealed class HistogramSeries(
    Histogram<double> instrument, Buckets buckets, KeyValuePair<string, object?>[] tags, HistogramSeries.Reader read)
{
    private readonly long[] _exported = new long[CellHistogram.Length(buckets)];
    private readonly long[] _total = new long[CellHistogram.Length(buckets)];
    private readonly long[] _added = new long[CellHistogram.Length(buckets)];

    public delegate void Reader(Span<long> total);

    public Histogram<double> Instrument { get; } = instrument;

    public Buckets Buckets { get; } = buckets;

    public KeyValuePair<string, object?>[] Tags { get; } = tags;

    /// <summary>The index of the series in each reader's metric.</summary>
    public Dictionary<Metric, int> Indexes { get; } = [];

    /// <summary>Adds the values counted since the last call to every provider.</summary>
    public void AddInBulk(IReadOnlyList<SdkHistograms> providers)
    {
        if (!Take())
        {
            return;
        }

        // Recording one value through the public API creates the series in readers that do not have it yet.
        if (!providers.All(provider => provider.Knows(this)))
        {
            RecordOne();
        }

        if (_added.AsSpan(0, Buckets.Count).IndexOfAnyExcept(0) < 0)
        {
            return;
        }

        foreach (var provider in providers)
        {
            provider.TryAdd(this, _added);
        }
    }

    /// <summary>Records the values counted since the last call one by one, through the public API.</summary>
    public void RecordSingly()
    {
        if (!Take())
        {
            return;
        }

        while (_added.AsSpan(0, Buckets.Count).IndexOfAnyExcept(0) >= 0)
        {
            RecordOne();
        }
    }

    private bool Take()
    {
        _total.AsSpan().Clear();
        read(_total);
        var sum = Buckets.Count;
        var any = false;
        for (var i = 0; i <= sum; i++)
        {
            _added[i] = _total[i] - _exported[i];
            _exported[i] = _total[i];
            any |= i < sum && _added[i] != 0;
        }

        _added[sum + 1] = _total[sum + 1];
        _added[sum + 2] = _total[sum + 2];
        return any;
    }

    private void RecordOne()
    {
        var bucket = _added.AsSpan(0, Buckets.Count).IndexOfAnyExcept(0);
        var sum = Buckets.Count;
        var upper = bucket < Buckets.Bounds.Length ? Buckets.Bounds[bucket] : Math.Max(Buckets.Bounds[^1] * 1.5, (_added[sum + 2] - 1) / Buckets.Scale);
        var lower = bucket == 0 ? 0 : Buckets.Bounds[bucket - 1];

        // The minimum, if it lies in this bucket, which is the first one used; else the mean, if it lies in this bucket, so that
        // the sum of the remaining values is not negative.
        var min = (_added[sum + 1] - 1) / Buckets.Scale;
        long count = 0;
        foreach (var one in _added.AsSpan(0, sum))
        {
            count += one;
        }

        var mean = count == 0 ? 0 : _added[sum] / Buckets.Scale / count;
        var value = _added[sum + 1] != 0 && min <= upper && (min > lower || bucket == 0) ? min
            : mean > lower && mean <= upper ? mean
            : count == 1 ? _added[sum] / Buckets.Scale : (lower + upper) / 2;
        _added[bucket]--;
        _added[sum] -= (long)(value * Buckets.Scale);
        Instrument.Record(value, Tags);
    }
}
