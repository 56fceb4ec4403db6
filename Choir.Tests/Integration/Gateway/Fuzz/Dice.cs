namespace Choir.Tests.Integration.Gateway.Fuzz;

/// <summary>Seeded choices.</summary>
internal sealed class Dice(int seed)
{
    // The test must be repeatable; this is no secret.
#pragma warning disable CA5394
    private readonly Random _random = new(seed);

    public bool Happens(double probability) => _random.NextDouble() < probability;

    public int Below(int limit) => _random.Next(limit);

    public T One<T>(params ReadOnlySpan<T> choices) => choices[_random.Next(choices.Length)];

    /// <summary>Random bytes.</summary>
    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }
#pragma warning restore CA5394
}
