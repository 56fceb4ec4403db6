namespace Choir.Observability;

/// <summary>Divides time into windows of <see cref="HotActors.WindowLength"/>.</summary>
internal sealed class WindowClock(TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();
    private readonly long _length = (long)(HotActors.WindowLength.TotalSeconds * time.TimestampFrequency);

    /// <summary>The clock.</summary>
    public TimeProvider Time => time;

    /// <summary>The number of the current window; the first is 1.</summary>
    public int Current => 1 + (int)((time.GetTimestamp() - _started) / _length);

    /// <summary>A tick of the clock, in seconds.</summary>
    public double SecondsPerTick { get; } = 1.0 / time.TimestampFrequency;

    /// <summary>The current window, and the share of the one before that is less than a minute old.</summary>
    public (int Window, double ShareBefore) Now()
    {
        var age = time.GetTimestamp() - _started;
        return (1 + (int)(age / _length), 1 - ((double)(age % _length) / _length));
    }
}
