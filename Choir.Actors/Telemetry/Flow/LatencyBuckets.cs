using System.Numerics;

namespace Choir.Actors.Telemetry;

/// <summary>
/// Buckets whose width grows with the time that they count, four to each doubling, from 1 µs to over two minutes: a
/// percentile read from them is off by an eighth at the most.
/// </summary>
internal static class LatencyBuckets
{
    /// <summary>How many there are.</summary>
    public const int Count = 108;

    /// <summary>The bucket of a time.</summary>
    /// <param name="microseconds">The time.</param>
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
    /// <param name="counts">How often each bucket was met.</param>
    /// <param name="share">Which percentile, 0 to 1.</param>
    /// <returns>The time; null if nothing was counted.</returns>
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
