namespace Choir.ServiceDefaults.Logging;

/// <summary>Lets through so many records a second, and knows how many it has held back.</summary>
/// <param name="most">The most records in one second.</param>
/// <param name="time">The clock.</param>
public sealed class RecordLimit(int most, TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private long _windowBegan = time.GetTimestamp();
    private int _taken;
    private long _heldBack;

    /// <summary>Asks for a record's place.</summary>
    /// <param name="suppressed">How many were held back since the last one that had a place; null for none.</param>
    /// <returns>Whether it may be written.</returns>
    public bool TryTake(out long? suppressed)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            if (time.GetElapsedTime(_windowBegan, now) >= Window)
            {
                (_windowBegan, _taken) = (now, 0);
            }

            suppressed = _heldBack > 0 ? _heldBack : null;
            if (_taken >= most)
            {
                _heldBack++;
                return false;
            }

            (_taken, _heldBack) = (_taken + 1, 0);
            return true;
        }
    }
}
