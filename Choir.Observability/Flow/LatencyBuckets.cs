using System.Numerics;

namespace Choir.Observability;

/// <summary>
/// Logarithmic buckets of times, four per power of two, from 1 µs to over two minutes: a percentile read from them is off by
/// at most an eighth.
/// </summary>
internal static class LatencyBuckets
{
    public const int Count = 108;

    public static int IndexOf(long microseconds)
    {
        if (microseconds < 4)
        {
            return (int)Math.Max(microseconds, 0);
        }

        var log = BitOperations.Log2((ulong)microseconds);
        return Math.Min(((log - 1) * 4) + (int)((microseconds >> (log - 2)) & 3), Count - 1);
    }

    /// <summary>A percentile, in seconds: the middle of its bucket, which is at most 13 % off.</summary>
    /// <param name="counts">The count of each bucket.</param>
    /// <param name="share">The percentile as a share, 0 to 1.</param>
    /// <param name="mean">The mean of all times, in seconds. It is a better estimate if all are in one bucket, as a single time is.</param>
    /// <returns>Null if nothing was counted.</returns>
    public static double? Percentile(ReadOnlySpan<long> counts, double share, double mean)
    {
        long total = 0;
        foreach (var count in counts)
        {
            total += count;
        }

        if (total == 0)
        {
            return null;
        }

        if (counts.IndexOf(total) is var only and >= 0)
        {
            // Sums and counts are of slightly different moments.
            return Math.Clamp(mean, TimeAt(only, 0), only == Count - 1 ? double.MaxValue : TimeAt(only, 1));
        }

        var rank = Math.Max(1, (long)Math.Ceiling(total * share));
        for (var index = 0; index < counts.Length; index++)
        {
            rank -= counts[index];
            if (rank <= 0)
            {
                return TimeAt(index, 0.5);
            }
        }

        return TimeAt(counts.Length - 1, 0.5);
    }

    // 0 is the start of the bucket, 1 its end, which the last one does not have.
    private static double TimeAt(int index, double shareOfBucket)
    {
        if (index < 4)
        {
            return (index + shareOfBucket) / 1e6;
        }

        var log = (index / 4) + 1;
        var width = Math.ScaleB(1, log - 2);
        return ((index % 4) + 4 + shareOfBucket) * width / 1e6;
    }
}
