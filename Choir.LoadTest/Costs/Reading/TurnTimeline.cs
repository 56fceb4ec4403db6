using Choir.Observability;

namespace Choir.LoadTest.Costs.Reading;

/// <summary>The turns of one thread in the order of time: what they used, and which one ran at a time.</summary>
internal sealed class TurnTimeline
{
    private readonly List<Batch> _batches = [];
    private long[] _times = [];
    private int[] _kinds = [];

    /// <summary>Adds an event of <see cref="TurnCostSource"/>, in any order.</summary>
    /// <param name="sequence">The event's number.</param>
    /// <param name="start">The timestamp that its entries count from.</param>
    /// <param name="kind">The kind that ran at that time.</param>
    /// <param name="entries">Its entries, as <see cref="TurnSwitches"/> writes them.</param>
    public void Add(int sequence, long start, int kind, byte[] entries) => _batches.Add(new Batch(sequence, start, kind, entries));

    /// <summary>Puts the events in order and counts what was used. Called once, after all events were added.</summary>
    /// <param name="from">What ended before this timestamp is not counted.</param>
    /// <param name="to">What ended after this timestamp is not counted.</param>
    /// <param name="use">Receives the use of each kind of turns.</param>
    /// <returns>How many events are missing or not valid.</returns>
    public int Complete(long from, long to, IDictionary<int, TurnUse> use)
    {
        var (times, kinds) = (new List<long>(), new List<int>());
        var entries = new List<TurnSwitch>();
        var lost = 0;
        int? expected = null;
        foreach (var batch in _batches.OrderBy(batch => batch.Sequence).ThenBy(batch => batch.Start))
        {
            if (expected is { } number && batch.Sequence > number)
            {
                lost += batch.Sequence - number;
            }

            expected = batch.Sequence + 1;
            var kind = batch.Kind;
            times.Add(batch.Start);
            kinds.Add(kind);
            entries.Clear();
            lost += TurnSwitches.Read(batch.Entries, batch.Start, entries) ? 0 : 1;
            foreach (var entry in entries)
            {
                if (entry.At >= from && entry.At <= to)
                {
                    Count(use, kind, entry);
                }

                kind = entry.Kind;
                times.Add(entry.At);
                kinds.Add(kind);
            }
        }

        _times = [.. times];
        _kinds = [.. kinds];
        _batches.Clear();
        return lost;
    }

    /// <summary>The kind of the turn that ran at a time; <see cref="TurnKind.None"/> if none did.</summary>
    public int KindAt(long timestamp)
    {
        var index = Array.BinarySearch(_times, timestamp);
        index = index >= 0 ? index : ~index - 1;

        // Of several entries with one timestamp the last one holds.
        while (index >= 0 && index + 1 < _times.Length && _times[index + 1] == timestamp)
        {
            index++;
        }

        return index >= 0 ? _kinds[index] : TurnKind.None;
    }

    private static void Count(IDictionary<int, TurnUse> use, int ended, in TurnSwitch entry)
    {
        if (ended != TurnKind.None)
        {
            var sum = use.TryGetValue(ended, out var known) ? known : default;
            use[ended] = sum with { CpuNanoseconds = sum.CpuNanoseconds + entry.Cpu, AllocatedBytes = sum.AllocatedBytes + entry.Allocated };
        }

        if (entry.IsBegin && entry.Kind != TurnKind.None)
        {
            var sum = use.TryGetValue(entry.Kind, out var known) ? known : default;
            use[entry.Kind] = sum with { Turns = sum.Turns + 1 };
        }
    }

    private sealed record Batch(int Sequence, long Start, int Kind, byte[] Entries);
}

/// <summary>What the turns of a kind used.</summary>
/// <param name="Turns">The turns that began.</param>
/// <param name="CpuNanoseconds">The CPU time of their threads.</param>
/// <param name="AllocatedBytes">What they allocated.</param>
internal readonly record struct TurnUse(long Turns, long CpuNanoseconds, long AllocatedBytes);
