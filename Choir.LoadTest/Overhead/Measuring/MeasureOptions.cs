namespace Choir.LoadTest.Overhead.Measuring;

/// <summary>The options of a measurement, the same for every scenario of a run.</summary>
internal sealed record MeasureOptions
{
    /// <summary>The number of measured messages. Default 2,000,000; 1,000 to 1,000,000,000.</summary>
    public long Messages { get; init; } = 2_000_000;

    /// <summary>
    /// The number of messages of the warm-up. Default 4,000,000, after which the hot paths are compiled with optimization; 0 to
    /// 1,000,000,000. From 500,000 on, more follow until the JIT compiler is idle.
    /// </summary>
    public long WarmUp { get; init; } = 4_000_000;

    /// <summary>The number of concurrent loops, each of which awaits its reply. Default 64; 1 to 10,000.</summary>
    public int Concurrency { get; init; } = 64;

    /// <summary>The number of actors or grains; each message goes to a random one. Default 1,000; 1 to 1,000,000.</summary>
    public int Actors { get; init; } = 1_000;

    /// <summary>Whether every call starts inside a root activity of the caller. Default false.</summary>
    public bool ClientActivity { get; init; }
}
