namespace Choir.Tests.Support.Hostile;

/// <summary>The system's clock, whose wall clock and monotonic clock a test sets forward or back, each by itself.</summary>
public sealed class SteppedClock : TimeProvider
{
    private long _wall;
    private long _monotonic;

    public override long TimestampFrequency => System.TimestampFrequency;

    /// <summary>Sets the wall clock, as an operator, NTP or a resumed machine does.</summary>
    public void StepWall(TimeSpan by) => Interlocked.Add(ref _wall, by.Ticks);

    /// <summary>Makes the monotonic clock lag, as the clock of a suspended machine does; negative to set it forward.</summary>
    public void HoldMonotonic(TimeSpan by) => Interlocked.Add(ref _monotonic, -(long)(by.TotalSeconds * TimestampFrequency));

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + new TimeSpan(Interlocked.Read(ref _wall));

    public override long GetTimestamp() => System.GetTimestamp() + Interlocked.Read(ref _monotonic);
}
