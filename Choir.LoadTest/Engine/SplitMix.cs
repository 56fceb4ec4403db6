namespace Choir.LoadTest.Engine;

/// <summary>A small generator of random numbers (SplitMix64) that is cheap to seed, so that each operation can have its own.</summary>
internal struct SplitMix(ulong seed)
{
    private const ulong Step = 0x9E3779B97F4A7C15;

    private ulong _state = seed;

    public ulong NextBits() => Mix(_state += Step);

    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    // The high half of the product is uniform up to a bias of limit / 2^64, which is nothing here.
    public uint Next(uint limit) => (uint)Math.BigMul(NextBits(), limit, out _);

    /// <summary>A value with the mean 1 and the distances of independent arrivals.</summary>
    public double NextExponential() => -Math.Log(1 - NextDouble());

    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
