namespace Choir.ServiceDefaults.Logging;

/// <summary>Limits log records per second, and counts the suppressed ones.</summary>
/// <param name="maxPerSecond">The maximum number of records per second.</param>
/// <param name="time">The clock.</param>
public sealed class RecordLimit(int maxPerSecond, TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private long _windowStart = time.GetTimestamp();
    private int _taken;
    private long _suppressed;

    /// <summary>Decides whether a record may be written.</summary>
    /// <param name="suppressed">How many records were suppressed since the last written one; null if none.</param>
    /// <returns>Whether the record may be written.</returns>
    public bool TryTake(out long? suppressed)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            if (time.GetElapsedTime(_windowStart, now) >= Window)
            {
                (_windowStart, _taken) = (now, 0);
            }

            suppressed = _suppressed > 0 ? _suppressed : null;
            if (_taken >= maxPerSecond)
            {
                _suppressed++;
                return false;
            }

            (_taken, _suppressed) = (_taken + 1, 0);
            return true;
        }
    }

    /// <summary>How many records were suppressed since the last written one; they are not counted again.</summary>
    internal long TakeSuppressed()
    {
        lock (_gate)
        {
            (var suppressed, _suppressed) = (_suppressed, 0);
            return suppressed;
        }
    }
}
