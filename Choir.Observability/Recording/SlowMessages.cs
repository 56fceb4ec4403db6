namespace Choir.Observability;

/// <summary>The slowest messages of one kind, of the current window and of the one before.</summary>
internal sealed class SlowMessages
{
    /// <summary>The most memory that it can use, in bytes.</summary>
    public const long Memory = 2 * Capacity * FlightRecorder.RecordSize;

    private const int Capacity = 8;

    private readonly Lock _gate = new();
    private readonly List<MessageRecord> _now = new(Capacity);
    private MessageRecord[] _before = [];
    private long _threshold;

    /// <summary>Only a message that took longer is kept, in ticks of the clock.</summary>
    public long Threshold => Volatile.Read(ref _threshold);

    public void Offer(in MessageRecord record)
    {
        lock (_gate)
        {
            if (_now.Count == Capacity)
            {
                var fastest = _now.FindIndex(kept => kept.Processing == _threshold);
                if (record.Processing <= _threshold || fastest < 0)
                {
                    return;
                }

                _now.RemoveAt(fastest);
            }

            _now.Add(record);
            if (_now.Count == Capacity)
            {
                Volatile.Write(ref _threshold, _now.Min(kept => kept.Processing));
            }
        }
    }

    /// <summary>Starts a new window.</summary>
    public void Rotate()
    {
        lock (_gate)
        {
            _before = [.. _now];
            _now.Clear();
            Volatile.Write(ref _threshold, 0);
        }
    }

    public MessageRecord[] Snapshot()
    {
        lock (_gate)
        {
            return [.. _now, .. _before];
        }
    }
}
