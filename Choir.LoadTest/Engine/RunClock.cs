namespace Choir.LoadTest.Engine;

/// <summary>The time of a run in seconds: 0 is the begin of the measurement, the warm-up is before it.</summary>
internal sealed class RunClock(TimeProvider time)
{
    private long _zero = time.GetTimestamp();

    public TimeProvider Time { get; } = time;

    public double Now => (Time.GetTimestamp() - Volatile.Read(ref _zero)) / (double)Time.TimestampFrequency;

    /// <summary>Sets the begin of the measurement, before the first operation.</summary>
    public void StartIn(TimeSpan warmUp) =>
        Volatile.Write(ref _zero, Time.GetTimestamp() + (long)(warmUp.TotalSeconds * Time.TimestampFrequency));
}
