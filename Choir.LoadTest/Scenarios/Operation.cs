using Choir.LoadTest.Engine;

namespace Choir.LoadTest.Scenarios;

/// <summary>One operation of a load test.</summary>
/// <param name="user">The user who does it, from 0. A user does one operation at a time.</param>
/// <param name="number">The number of the operation in this run, from 0.</param>
/// <param name="seed">The seed of the run: with it and the number all random values of an operation are determined.</param>
public sealed class Operation(int user, long number, int seed)
{
    private SplitMix _random = new(SplitMix.Mix((ulong)(uint)seed) ^ (ulong)number);

    /// <summary>The user who does it, from 0. A user does one operation at a time.</summary>
    public int User { get; } = user;

    /// <summary>The number of the operation in this run, from 0.</summary>
    public long Number { get; } = number;

    /// <summary>A random number from 0 to less than <paramref name="limit"/>.</summary>
    /// <param name="limit">The limit, at least 1.</param>
    public int Next(int limit) => (int)_random.Next((uint)limit);

    /// <summary>A random number from 0 to less than 1.</summary>
    public double NextDouble() => _random.NextDouble();

    /// <summary>A random UUID.</summary>
    public Guid NextGuid()
    {
        Span<ulong> bits = [_random.NextBits(), _random.NextBits()];
        return new Guid(System.Runtime.InteropServices.MemoryMarshal.AsBytes(bits));
    }
}
