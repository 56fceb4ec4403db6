using System.Numerics;

namespace Choir.Actors.Telemetry;

/// <summary>
/// Explicit histogram buckets over whole numbers, found without a search over all of them. As in OpenTelemetry, a
/// bucket's upper bound belongs to it.
/// </summary>
internal sealed class Buckets
{
    /// <summary>
    /// The upper bounds of all times, in seconds. With 18 of them for times and 10 for sizes, a message type with all its
    /// histograms and counters stays within 60 series.
    /// </summary>
    public static readonly double[] Seconds =
    [
        0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 10, 60,
    ];

    /// <summary>The upper bounds of all sizes, in bytes: from 64 B to 16 MiB, each four times the one before.</summary>
    public static readonly double[] Bytes =
        [64, 256, 1 << 10, 4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20, 4 << 20, 16 << 20];

    // The last is the unbounded bucket's.
    private readonly long[] _bounds;
    private readonly byte[] _firstByBits = new byte[65];

    private Buckets(double[] bounds, double unitsPerOne)
    {
        Scale = unitsPerOne;
        Bounds = bounds;
        _bounds = [.. bounds.Select(bound => (long)Math.Round(bound * unitsPerOne)), long.MaxValue];
        for (var bits = 0; bits <= 64; bits++)
        {
            // The smallest number of that many bits; all smaller buckets are out of the question for it.
            var least = bits == 0 ? 0 : bits > 63 ? long.MaxValue : 1L << (bits - 1);
            _firstByBits[bits] = (byte)Array.FindIndex(_bounds, bound => least <= bound);
        }
    }

    /// <summary>The upper bounds, in the instrument's unit.</summary>
    public double[] Bounds { get; }

    /// <summary>How many of the counted whole numbers make one of the instrument's unit.</summary>
    public double Scale { get; }

    /// <summary>How many buckets there are, the unbounded last one too.</summary>
    public int Count => _bounds.Length;

    /// <summary>The buckets of times that are counted in ticks of a clock.</summary>
    /// <param name="ticksPerSecond">The clock's frequency.</param>
    public static Buckets OfTime(long ticksPerSecond) => new(Seconds, ticksPerSecond);

    /// <summary>The buckets of sizes.</summary>
    public static Buckets OfSize() => new(Bytes, 1);

    /// <summary>The bucket that a number belongs to. Not below zero.</summary>
    public int IndexOf(long value)
    {
        // Bounds at least double, so there is one at most between two powers of two; and a comparison that is added costs no
        // guess of the processor's, as a branch would.
        int index = _firstByBits[64 - BitOperations.LeadingZeroCount((ulong)value)];
        return index + (value > _bounds[index] ? 1 : 0);
    }
}
