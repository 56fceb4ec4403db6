namespace Choir.Actors.Telemetry;

/// <summary>
/// A histogram in plain numbers of an array that one thread writes and others read: the counts of the buckets, then the
/// sum, then the smallest and the largest value since they were last taken, each plus one, zero meaning none.
/// </summary>
internal static class CellHistogram
{
    private const int Extra = 3;

    /// <summary>How many numbers it takes.</summary>
    public static int Length(Buckets buckets) => buckets.Count + Extra;

    /// <summary>Counts a value. Called by the thread that owns the cells.</summary>
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

    /// <summary>Adds what a thread counted to a total; takes its smallest and largest value.</summary>
    public static void AddTo(Span<long> total, long[] cells, int offset, Buckets buckets)
    {
        var sum = buckets.Count;
        for (var i = 0; i <= sum; i++)
        {
            total[i] += Volatile.Read(ref cells[offset + i]);
        }

        var least = Interlocked.Exchange(ref cells[offset + sum + 1], 0);
        var most = Interlocked.Exchange(ref cells[offset + sum + 2], 0);
        if (least != 0 && (total[sum + 1] == 0 || least < total[sum + 1]))
        {
            total[sum + 1] = least;
        }

        total[sum + 2] = Math.Max(total[sum + 2], most);
    }
}
