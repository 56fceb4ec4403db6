namespace Choir.Actors.Telemetry;

/// <summary>
/// The last message records of a host, in a ring that never grows and never makes a writer wait; and, for longer, what
/// failed and what was slowest.
/// </summary>
/// <remarks>
/// Threads take places in blocks, so that they do not contend for one counter. A place's sequence number is zero while it
/// is written: a reader copies, looks at the number again, and drops what changed under its hands.
/// </remarks>
internal sealed class FlightRecorder
{
    /// <summary>The memory of one record, in bytes.</summary>
    public const int RecordSize = 152;

    private const int Block = 64;
    private const int ErrorShare = 16;

    private readonly MessageRecord[] _ring;
    private readonly MessageRecord[] _errors;
    private readonly Lock _errorGate = new();
    private long _claimed;
    private long _failed;

    /// <summary>Makes an empty recorder.</summary>
    /// <param name="capacity">How many records it holds: a power of two. A sixteenth as many errors come on top.</param>
    public FlightRecorder(int capacity)
    {
        _ring = new MessageRecord[capacity];
        _errors = new MessageRecord[Math.Max(Block, capacity / ErrorShare)];
    }

    /// <summary>The memory that it takes, in bytes.</summary>
    public long Memory => (_ring.Length + _errors.Length) * (long)RecordSize;

    /// <summary>Takes the next place. The caller fills it and then calls <see cref="Written"/>.</summary>
    /// <param name="cells">The cells of the calling thread.</param>
    /// <param name="sequence">The record's number.</param>
    public ref MessageRecord Next(ThreadCells cells, out long sequence)
    {
        // A thread that slept for so long that its block is about to be given to another takes a new one.
        if (cells.NextRecord == cells.EndOfRecords || Volatile.Read(ref _claimed) - cells.NextRecord > _ring.Length - Block)
        {
            cells.EndOfRecords = Interlocked.Add(ref _claimed, Block);
            cells.NextRecord = cells.EndOfRecords - Block;
        }

        sequence = ++cells.NextRecord;
        ref var record = ref _ring[(sequence - 1) & (_ring.Length - 1)];
        Volatile.Write(ref record.Sequence, 0);
        return ref record;
    }

    /// <summary>The record is complete.</summary>
    public void Written(ref MessageRecord record, long sequence)
    {
        Volatile.Write(ref record.Sequence, sequence);
        if (record.Outcome != Outcome.Ok)
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

    private static bool TryRead(ref MessageRecord place, out MessageRecord record)
    {
        var before = Volatile.Read(ref place.Sequence);
        record = place;
        Interlocked.MemoryBarrier();
        return before != 0 && before == Volatile.Read(ref place.Sequence) && before == record.Sequence;
    }
}
