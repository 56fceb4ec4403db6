namespace Choir.Observability;

/// <summary>
/// A histogram in consecutive numbers of an array that one thread writes and others read: the counts of the buckets, the
/// sum, then the minimum and the maximum since they were last read, each plus one; zero means none.
/// </summary>
internal static class CellHistogram
{
    private const int Extra = 3;

    public static int Length(Buckets buckets) => buckets.Count + Extra;

    /// <summary>Counts a value. Called only by the thread that owns the cells.</summary>
    public static void Add(long[] cells, int offset, Buckets buckets, long value)
    {
        var sum = offset + buckets.Count;
        cells[offset + buckets.IndexOf(value)]++;
        cells[sum] += value;
        var mark = value + 1;
        if (mark > cells[sum + 2])
        {
            cells[sum + 2] = mark;
        }

        if (cells[sum + 1] == 0 || mark < cells[sum + 1])
        {
            cells[sum + 1] = mark;
        }
    }

    /// <summary>Adds the counts of a thread to a total, and resets its minimum and maximum.</summary>
    public static void AddTo(Span<long> total, long[] cells, int offset, Buckets buckets)
    {
        var sum = buckets.Count;
        for (var i = 0; i <= sum; i++)
        {
            total[i] += Volatile.Read(ref cells[offset + i]);
        }

        var min = Interlocked.Exchange(ref cells[offset + sum + 1], 0);
        var max = Interlocked.Exchange(ref cells[offset + sum + 2], 0);
        if (min != 0 && (total[sum + 1] == 0 || min < total[sum + 1]))
        {
            total[sum + 1] = min;
        }

        total[sum + 2] = Math.Max(total[sum + 2], max);
    }
}
