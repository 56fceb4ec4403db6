namespace Choir.Actors.Telemetry;

/// <summary>
/// The last message records of a host, in a ring that never grows and never makes a writer wait; and, for longer, what
/// failed and what was slowest.
/// </summary>
/// <remarks>
/// Threads take places in blocks, so that they do not contend for one counter, and nobody gets a block in which another
/// thread may still be writing, however long that one sleeps. A place's sequence number is zero while it is written: a
/// reader copies, looks at the number again, and drops what changed under its hands.
/// </remarks>
internal sealed class FlightRecorder
{
    /// <summary>The memory of one record, in bytes.</summary>
    public const int RecordSize = 152;

    private const int MaxBlock = 64;
    private const int Blocks = 64;
    private const int ErrorShare = 16;

    private readonly int _block;
    private readonly MessageRecord[] _ring;
    private readonly int[] _taken;
    private readonly MessageRecord[] _errors;
    private readonly Lock _errorGate = new();
    private long _claimed;
    private long _failed;

    /// <summary>Makes an empty recorder.</summary>
    /// <param name="capacity">How many records it holds: a power of two. A sixteenth as many errors come on top.</param>
    public FlightRecorder(int capacity)
    {
        _ring = new MessageRecord[capacity];
        _block = Math.Min(MaxBlock, capacity / Blocks);
        _taken = new int[capacity / _block];
        _errors = new MessageRecord[Math.Max(MaxBlock, capacity / ErrorShare)];
    }

    /// <summary>The memory that it takes, in bytes.</summary>
    public long Memory => (_ring.Length + _errors.Length) * (long)RecordSize;

    /// <summary>Takes the next place. The caller fills it and then calls <see cref="Written"/>.</summary>
    /// <param name="cells">The cells of the calling thread.</param>
    /// <param name="sequence">The record's number.</param>
    public ref MessageRecord Next(ThreadCells cells, out long sequence)
    {
        if (cells.NextRecord == cells.EndOfRecords)
        {
            TakeBlock(cells);
        }

        sequence = ++cells.NextRecord;
        ref var record = ref _ring[(sequence - 1) & (_ring.Length - 1)];
        record.Sequence = 0;
        Volatile.WriteBarrier();
        return ref record;
    }

    /// <summary>The record is complete.</summary>
    /// <param name="record">The record.</param>
    /// <param name="sequence">Its number.</param>
    /// <param name="failed">Whether it is kept for longer. To read that from the record would mean to wait for its memory.</param>
    public void Written(ref MessageRecord record, long sequence, bool failed)
    {
        Volatile.Write(ref record.Sequence, sequence);
        if (failed)
        {
            lock (_errorGate)
            {
                _errors[_failed++ % _errors.Length] = record;
            }
        }
    }

    /// <summary>The records that fit, each once, as they stand now.</summary>
    /// <param name="fits">Which are wanted.</param>
    public List<MessageRecord> Find(Predicate<MessageRecord> fits)
    {
        var found = new Dictionary<long, MessageRecord>();
        for (var i = 0; i < _ring.Length; i++)
        {
            if (TryRead(ref _ring[i], out var record) && fits(record))
            {
                found[record.Sequence] = record;
            }
        }

        lock (_errorGate)
        {
            foreach (ref readonly var record in _errors.AsSpan())
            {
                if (record.Sequence != 0 && fits(record))
                {
                    found.TryAdd(record.Sequence, record);
                }
            }
        }

        return [.. found.Values];
    }

    private void TakeBlock(ThreadCells cells)
    {
        if (cells.EndOfRecords > 0)
        {
            Volatile.Write(ref TakenOf(cells.EndOfRecords), 0);
        }

        long end;
        var attempts = 0;
        do
        {
            end = Interlocked.Add(ref _claimed, _block);
        }
        while (Interlocked.Exchange(ref TakenOf(end), 1) != 0 && ++attempts < _taken.Length);

        // More threads than blocks: two share one, which is better than to wait.
        cells.EndOfRecords = end;
        cells.NextRecord = end - _block;
    }

    private ref int TakenOf(long endOfBlock) => ref _taken[((endOfBlock / _block) - 1) & (_taken.Length - 1)];

    private static bool TryRead(ref MessageRecord place, out MessageRecord record)
    {
        var before = Volatile.Read(ref place.Sequence);
        record = place;
        Interlocked.MemoryBarrier();
        return before != 0 && before == Volatile.Read(ref place.Sequence) && before == record.Sequence;
    }
}
