using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Choir.Observability;

namespace Choir.LoadTest.Costs.Reading;

/// <summary>Reads the events of <see cref="TurnCostSource"/> from their bytes. What is not valid is counted and left out.</summary>
internal sealed class TurnEventReader
{
    private readonly Dictionary<int, KindName> _kinds = [];
    private readonly Dictionary<int, TurnTimeline> _timelines = [];

    // By the operating system's id, which a later thread may have again.
    private readonly Dictionary<int, List<(long Since, TurnTimeline Turns)>> _threads = [];
    private readonly List<Total> _totals = [];

    /// <summary>The names of the kinds by number.</summary>
    public IReadOnlyDictionary<int, KindName> Kinds => _kinds;

    /// <summary>What the process used, at several times.</summary>
    public IReadOnlyList<Total> Totals => _totals;

    /// <summary>Events that were not valid.</summary>
    public int Invalid { get; private set; }

    /// <summary>Reads one event.</summary>
    /// <param name="id">The event's id.</param>
    /// <param name="threadId">The operating system's id of the thread that sent it.</param>
    /// <param name="at">The event's timestamp.</param>
    /// <param name="payload">Its content.</param>
    public void Read(int id, int threadId, long at, ReadOnlySpan<byte> payload)
    {
        var isValid = id switch
        {
            TurnCostSource.KindEvent => ReadKind(payload),
            TurnCostSource.ThreadEvent => ReadThread(threadId, at, payload),
            TurnCostSource.TurnsEvent => ReadTurns(payload),
            TurnCostSource.TotalsEvent => ReadTotals(payload),

            // The manifest, or an event of a later version.
            _ => true,
        };
        Invalid += isValid ? 0 : 1;
    }

    /// <summary>Ends reading: puts the events in order and counts.</summary>
    /// <param name="from">Nothing that ended before this timestamp is counted.</param>
    /// <param name="to">Nothing that ended after this timestamp is counted.</param>
    /// <param name="use">Receives the use of each kind of turns.</param>
    /// <returns>How many events are missing or not valid.</returns>
    public int Complete(long from, long to, IDictionary<int, TurnUse> use) => _timelines.Values.Sum(turns => turns.Complete(from, to, use));

    /// <summary>The kind of the turn that a thread ran at a time; <see cref="TurnKind.None"/> if none did.</summary>
    public int KindAt(int threadId, long timestamp)
    {
        if (!_threads.TryGetValue(threadId, out var owners))
        {
            return TurnKind.None;
        }

        var owner = owners.FindLast(owner => owner.Since <= timestamp);
        return owner.Turns?.KindAt(timestamp) ?? TurnKind.None;
    }

    private bool ReadKind(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < sizeof(int))
        {
            return false;
        }

        var id = BinaryPrimitives.ReadInt32LittleEndian(payload);
        payload = payload[sizeof(int)..];
        if (!ReadText(ref payload, out var actorType) || !ReadText(ref payload, out var messageType) || id is < 1 or > TurnKind.MaxKinds)
        {
            return false;
        }

        _kinds[id] = new KindName(actorType, messageType);
        return true;
    }

    private bool ReadThread(int threadId, long at, ReadOnlySpan<byte> payload)
    {
        if (payload.Length < sizeof(int))
        {
            return false;
        }

        if (!_threads.TryGetValue(threadId, out var owners))
        {
            _threads.Add(threadId, owners = []);
        }

        owners.Add((at, TimelineOf(BinaryPrimitives.ReadInt32LittleEndian(payload))));
        return true;
    }

    private bool ReadTurns(ReadOnlySpan<byte> payload)
    {
        const int header = (4 * sizeof(int)) + sizeof(long);
        if (payload.Length < header)
        {
            return false;
        }

        var thread = BinaryPrimitives.ReadInt32LittleEndian(payload);
        var sequence = BinaryPrimitives.ReadInt32LittleEndian(payload[4..]);
        var start = BinaryPrimitives.ReadInt64LittleEndian(payload[8..]);
        var kind = BinaryPrimitives.ReadInt32LittleEndian(payload[16..]);
        var length = BinaryPrimitives.ReadInt32LittleEndian(payload[20..]);
        if (length < 0 || length > payload.Length - header)
        {
            return false;
        }

        TimelineOf(thread).Add(sequence, start, kind, payload.Slice(header, length).ToArray());
        return true;
    }

    private bool ReadTotals(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < (4 * sizeof(long)) + sizeof(int))
        {
            return false;
        }

        var values = MemoryMarshal.Cast<byte, long>(payload[..(4 * sizeof(long))]);
        if (values[1] <= 0)
        {
            return false;
        }

        _totals.Add(new Total(values[0], values[1], values[2], values[3], payload[4 * sizeof(long)] == 1));
        return true;
    }

    private TurnTimeline TimelineOf(int thread)
    {
        if (!_timelines.TryGetValue(thread, out var turns))
        {
            _timelines.Add(thread, turns = new TurnTimeline());
        }

        return turns;
    }

    // UTF-16 that ends with a zero.
    private static bool ReadText(ref ReadOnlySpan<byte> payload, out string text)
    {
        var characters = MemoryMarshal.Cast<byte, char>(payload);
        var end = characters.IndexOf('\0');
        text = end >= 0 ? characters[..end].ToString() : "";
        payload = end >= 0 ? payload[((end + 1) * sizeof(char))..] : payload;
        return end >= 0;
    }
}

/// <summary>What a process used since its start.</summary>
/// <param name="At">The timestamp.</param>
/// <param name="Frequency">Timestamps per second.</param>
/// <param name="CpuNanoseconds">CPU time.</param>
/// <param name="AllocatedBytes">Allocated bytes.</param>
/// <param name="KnowsThreads">Whether the CPU time of threads is known.</param>
internal readonly record struct Total(long At, long Frequency, long CpuNanoseconds, long AllocatedBytes, bool KnowsThreads);
