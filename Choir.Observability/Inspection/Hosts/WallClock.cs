using Choir.Observability;

namespace Choir.Actors.Inspection;

/// <summary>
/// Gives the time of day at which something happened, as the wall clock said then. Records have time stamps of the monotonic clock, and the
/// wall clock may have been set since: by NTP, or because the machine slept.
/// </summary>
internal sealed class WallClock : ITicking
{
    /// <summary>The most changes of the clock that are kept. What is older is converted with the first of them.</summary>
    public const int MaxAnchors = 256;

    // A smaller difference is that of a clock that is adjusted slowly.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(20);

    // The thread may lose its processor between the two clocks.
    private const int MaxAttempts = 5;

    private readonly TimeProvider _time;
    private Anchor[] _anchors;

    public WallClock(TimeProvider time)
    {
        _time = time;
        _anchors = [new Anchor(time.GetTimestamp(), time.GetUtcNow())];
    }

    /// <summary>Notes whether the wall clock has been set.</summary>
    public void Tick()
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var now = new Anchor(_time.GetTimestamp(), _time.GetUtcNow());
            if (_time.GetElapsedTime(now.Timestamp) < Tolerance / 2)
            {
                if ((At(_anchors[^1], now.Timestamp) - now.At).Duration() > Tolerance)
                {
                    Volatile.Write(ref _anchors, [.. _anchors.TakeLast(MaxAnchors - 1), now]);
                }

                return;
            }
        }
    }

    /// <summary>The time of day of a time stamp.</summary>
    /// <param name="timestamp">A time stamp of the clock.</param>
    public DateTimeOffset At(long timestamp)
    {
        var anchors = Volatile.Read(ref _anchors);
        var anchor = Array.FindLast(anchors, one => one.Timestamp <= timestamp) ?? anchors[0];
        return At(anchor, timestamp);
    }

    private DateTimeOffset At(Anchor anchor, long timestamp) => anchor.At + _time.GetElapsedTime(anchor.Timestamp, timestamp);

    private sealed record Anchor(long Timestamp, DateTimeOffset At);
}
