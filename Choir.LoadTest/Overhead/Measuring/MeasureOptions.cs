namespace Choir.LoadTest.Overhead.Measuring;

/// <summary>How a scenario is measured. The same for every scenario of a run.</summary>
internal sealed record MeasureOptions
{
    /// <summary>Messages in the measured part; 2,000,000. 1,000 to 1,000,000,000.</summary>
    public long Messages { get; init; } = 2_000_000;

    /// <summary>
    /// Messages before it; 4,000,000, which is seconds: by then the hot paths are compiled for the last time. 0 to
    /// 1,000,000,000. From half a million on, more follow until the compiler has next to nothing to do.
    /// </summary>
    public long WarmUp { get; init; } = 4_000_000;

    /// <summary>Loops that send at the same time, each awaiting its reply; 64. 1 to 10,000.</summary>
    public int Concurrency { get; init; } = 64;

    /// <summary>Actors, or grains, that they send to, each message to one at random; 1,000. 1 to 1,000,000.</summary>
    public int Actors { get; init; } = 1_000;

    /// <summary>Whether every call starts inside a root activity of the caller; false.</summary>
    public bool ClientActivity { get; init; }
}
