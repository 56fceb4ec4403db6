using System.Numerics;

namespace Choir.Observability;

/// <summary>Explicit histogram buckets over whole numbers. As in OpenTelemetry, the upper bound of a bucket is inclusive.</summary>
internal sealed class Buckets
{
    /// <summary>The upper bounds of sizes, in bytes: from 64 B to 16 MiB, each four times the one before.</summary>
    public static readonly double[] Bytes =
        [64, 256, 1 << 10, 4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20, 4 << 20, 16 << 20];

    // The last one is that of the unbounded bucket.
    private readonly long[] _bounds;
    private readonly byte[] _firstByBitLength = new byte[65];

    private Buckets(IReadOnlyList<double> bounds, double scale)
    {
        Scale = scale;
        Bounds = [.. bounds];
        _bounds = [.. bounds.Select(bound => (long)Math.Round(bound * scale)), long.MaxValue];
        for (var bits = 0; bits <= 64; bits++)
        {
            var smallest = bits == 0 ? 0 : bits > 63 ? long.MaxValue : 1L << (bits - 1);
            _firstByBitLength[bits] = (byte)Array.FindIndex(_bounds, bound => smallest <= bound);
        }
    }

    /// <summary>The upper bounds, in the unit of the instrument.</summary>
    public double[] Bounds { get; }

    /// <summary>How many counted units make one unit of the instrument.</summary>
    public double Scale { get; }

    /// <summary>The number of buckets, including the unbounded last one.</summary>
    public int Count => _bounds.Length;

    public static Buckets OfTime(long ticksPerSecond) => new(DurationHistograms.Bounds, ticksPerSecond);

    public static Buckets OfSize() => new(Bytes, 1);

    /// <summary>The bucket of a value that is not negative.</summary>
    public int IndexOf(long value)
    {
        // Each bound is at least twice the one before, so at most one lies between two powers of two. Adding the result of the
        // comparison avoids a branch that the processor would mispredict.
        int index = _firstByBitLength[64 - BitOperations.LeadingZeroCount((ulong)value)];
        return index + (value > _bounds[index] ? 1 : 0);
    }
}
