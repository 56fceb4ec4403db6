namespace Choir.Actors.Telemetry;

/// <summary>Which window of <see cref="HotActors.WindowLength"/> it is.</summary>
internal sealed class WindowClock(TimeProvider time)
{
    private readonly long _began = time.GetTimestamp();
    private readonly long _length = (long)(HotActors.WindowLength.TotalSeconds * time.TimestampFrequency);

    /// <summary>The window that runs; the first is 1.</summary>
    public int Current => 1 + (int)((time.GetTimestamp() - _began) / _length);

    /// <summary>By how many bits ticks of the clock are shifted to give units of busy time: quicker than a division.</summary>
    public int BusyShift { get; } = HotActors.BusyShift(time.TimestampFrequency);

    /// <summary>The unit of busy time, in seconds.</summary>
    public double BusyUnitSeconds => (double)(1L << BusyShift) / time.TimestampFrequency;

    /// <summary>The window that runs, and how much of the one before still lies within the last minute.</summary>
    public (int Window, double ShareBefore) Now()
    {
        var age = time.GetTimestamp() - _began;
        return (1 + (int)(age / _length), 1 - ((double)(age % _length) / _length));
    }
}
