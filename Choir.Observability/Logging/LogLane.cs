namespace Choir.Observability;

/// <summary>The last log records of some levels, at most so many and of at most so many bytes. The latest is always kept.</summary>
internal sealed class LogLane(int maxRecords, long maxBytes)
{
    private readonly Lock _gate = new();
    private readonly Queue<RecentLog> _records = [];
    private long _bytes;
    private bool _hasDropped;

    /// <summary>The memory that its records use, in bytes.</summary>
    public long Memory => Interlocked.Read(ref _bytes);

    public void Add(RecentLog record)
    {
        lock (_gate)
        {
            _records.Enqueue(record);
            _bytes += record.Size;
            while (_records.Count > 1 && (_records.Count > maxRecords || _bytes > maxBytes))
            {
                _bytes -= _records.Dequeue().Size;
                _hasDropped = true;
            }
        }
    }

    /// <summary>The time of its oldest record; null if it has dropped none, so that it has all since the start.</summary>
    public DateTimeOffset? KeptSince
    {
        get
        {
            lock (_gate)
            {
                return _hasDropped ? _records.Peek().At : null;
            }
        }
    }

    /// <summary>Its records, the newest first.</summary>
    public RecentLog[] Snapshot()
    {
        RecentLog[] records;
        lock (_gate)
        {
            records = [.. _records];
        }

        Array.Reverse(records);
        return records;
    }
}
