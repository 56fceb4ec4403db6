using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;

namespace Choir.Actors.Telemetry;

/// <summary>One set of attributes of a histogram whose values are counted in cells and handed over when somebody collects.</summary>
/// <param name="instrument">The histogram.</param>
/// <param name="buckets">Its buckets.</param>
/// <param name="tags">The attributes.</param>
/// <param name="read">Sums up what the threads have counted since the start.</param>
internal sealed class HistogramSeries(
    Histogram<double> instrument, Buckets buckets, KeyValuePair<string, object?>[] tags, HistogramSeries.Reader read)
{
    private readonly long[] _handedOver = new long[CellHistogram.Length(buckets)];
    private readonly long[] _total = new long[CellHistogram.Length(buckets)];
    private readonly long[] _added = new long[CellHistogram.Length(buckets)];

    /// <summary>Sums up what the threads have counted since the start.</summary>
    public delegate void Reader(Span<long> total);

    /// <summary>The histogram.</summary>
    public Histogram<double> Instrument { get; } = instrument;

    /// <summary>Its buckets.</summary>
    public Buckets Buckets { get; } = buckets;

    /// <summary>The attributes.</summary>
    public KeyValuePair<string, object?>[] Tags { get; } = tags;

    /// <summary>Where each reader keeps the series.</summary>
    public Dictionary<Metric, int> Places { get; } = [];

    /// <summary>Hands over what was counted since the last time, each value to every provider.</summary>
    public void HandOver(IReadOnlyList<SdkHistograms> providers)
    {
        if (!Take())
        {
            return;
        }

        // One value the public way makes the series known to readers that do not know it yet.
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

    /// <summary>Records what was counted since the last time the public way, one by one.</summary>
    public void Replay()
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
            _added[i] = _total[i] - _handedOver[i];
            _handedOver[i] = _total[i];
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
        var most = bucket < Buckets.Bounds.Length ? Buckets.Bounds[bucket] : Math.Max(Buckets.Bounds[^1] * 1.5, (_added[sum + 2] - 1) / Buckets.Scale);
        var least = bucket == 0 ? 0 : Buckets.Bounds[bucket - 1];

        // The smallest of all, which lies in the first bucket that is used, unless others have been taken since it was noted.
        // Else the mean where it lies in this bucket, so that the sum of what is left is not below zero.
        var smallest = (_added[sum + 1] - 1) / Buckets.Scale;
        long count = 0;
        foreach (var one in _added.AsSpan(0, sum))
        {
            count += one;
        }

        var mean = count == 0 ? 0 : _added[sum] / Buckets.Scale / count;
        var value = _added[sum + 1] != 0 && smallest <= most && (smallest > least || bucket == 0) ? smallest
            : mean > least && mean <= most ? mean
            : count == 1 ? _added[sum] / Buckets.Scale : (least + most) / 2;
        _added[bucket]--;
        _added[sum] -= (long)(value * Buckets.Scale);
        Instrument.Record(value, Tags);
    }
}
