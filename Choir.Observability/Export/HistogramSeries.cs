namespace Choir.Observability;

/// <summary>A series of a histogram whose values are counted in cells.</summary>
/// <param name="buckets">The buckets of the histogram.</param>
/// <param name="tags">The attributes of the series.</param>
/// <param name="read">Sums up the counts of all threads since the start.</param>
internal sealed class HistogramSeries(Buckets buckets, KeyValuePair<string, object?>[] tags, HistogramSeries.Reader read)
{
    private readonly long[] _taken = new long[CellHistogram.Length(buckets)];
    private readonly long[] _total = new long[CellHistogram.Length(buckets)];
    private readonly long[] _added = new long[CellHistogram.Length(buckets)];

    public delegate void Reader(Span<long> total);

    public KeyValuePair<string, object?>[] Tags { get; } = tags;

    /// <summary>What <see cref="Take"/> took: the counts by bucket, then sum, minimum and maximum, as in <see cref="CellHistogram"/>.</summary>
    public ReadOnlySpan<long> Added => _added;

    /// <summary>Takes the values counted since the last call.</summary>
    /// <returns>Their number.</returns>
    public long Take()
    {
        var sum = buckets.Count;
        _total.AsSpan(0, sum + 1).Clear();
        read(_total);
        long count = 0;
        for (var i = 0; i < sum; i++)
        {
            _added[i] = _total[i] - _taken[i];
            _taken[i] = _total[i];
            count += _added[i];
        }

        if (count > 0)
        {
            // Without a count they stay for the next time: a thread has just counted a value whose bucket was read before.
            _added[sum] = _total[sum] - _taken[sum];
            _taken[sum] = _total[sum];
            _added[sum + 1] = _total[sum + 1];
            _added[sum + 2] = _total[sum + 2];
            _total.AsSpan(sum + 1).Clear();
        }

        return count;
    }
}
