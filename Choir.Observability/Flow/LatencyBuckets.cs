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

    /// <summary>The time in the middle of a bucket, in seconds.</summary>
    public static double Middle(int index)
    {
        if (index < 4)
        {
            return (index + 0.5) / 1e6;
        }

        var log = (index / 4) + 1;
        var width = Math.ScaleB(1, log - 2);
        return ((index % 4) + 4.5) * width / 1e6;
    }

    /// <summary>A percentile, in seconds.</summary>
    /// <param name="counts">The count of each bucket.</param>
    /// <param name="share">The percentile as a share, 0 to 1.</param>
    /// <returns>Null if nothing was counted.</returns>
    public static double? Percentile(ReadOnlySpan<long> counts, double share)
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

        var rank = Math.Max(1, (long)Math.Ceiling(total * share));
        for (var index = 0; index < counts.Length; index++)
        {
            rank -= counts[index];
            if (rank <= 0)
            {
                return Middle(index);
            }
        }

        return Middle(counts.Length - 1);
    }
}
