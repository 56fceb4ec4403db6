namespace Choir.Observability;

/// <summary>One moment at which a thread began or ended to run code of a turn.</summary>
/// <param name="At">When, as a <see cref="System.Diagnostics.Stopwatch"/> timestamp.</param>
/// <param name="Cpu">The thread's CPU time since the entry before it, in nanoseconds.</param>
/// <param name="Allocated">The bytes that the thread allocated since the entry before it.</param>
/// <param name="Kind">The number of the <see cref="TurnKind"/> that runs from now on; <see cref="TurnKind.None"/> for none.</param>
/// <param name="IsBegin">Whether the turn begins; otherwise it goes on after an await, or ends.</param>
internal readonly record struct TurnSwitch(long At, long Cpu, long Allocated, int Kind, bool IsBegin);

/// <summary>The bytes of an event of <see cref="TurnCostSource"/>: variable-length integers, about 10 bytes an entry.</summary>
internal static class TurnSwitches
{
    /// <summary>The most bytes that an entry has.</summary>
    public const int MaxLength = 40;

    private const int PayloadBits = 7;
    private const byte More = 0x80;

    /// <summary>Writes an entry.</summary>
    /// <param name="target">At least <see cref="MaxLength"/> bytes.</param>
    /// <param name="elapsed">The timestamp's distance from that of the entry before it.</param>
    /// <param name="entry">The entry.</param>
    /// <returns>How many bytes it has.</returns>
    public static int Write(Span<byte> target, long elapsed, in TurnSwitch entry)
    {
        var length = Write(target, elapsed);
        length += Write(target[length..], entry.Cpu);
        length += Write(target[length..], entry.Allocated);
        return length + Write(target[length..], ((long)entry.Kind << 1) | (entry.IsBegin ? 1L : 0L));
    }

    /// <summary>Reads all entries of an event.</summary>
    /// <param name="source">The bytes.</param>
    /// <param name="start">The timestamp that the first entry's distance counts from.</param>
    /// <param name="entries">Receives the entries.</param>
    /// <returns>Whether the bytes were valid to their end.</returns>
    public static bool Read(ReadOnlySpan<byte> source, long start, ICollection<TurnSwitch> entries)
    {
        var at = start;
        while (!source.IsEmpty)
        {
            if (!Read(ref source, out var elapsed) || !Read(ref source, out var cpu) || !Read(ref source, out var allocated)
                || !Read(ref source, out var kind) || kind >> 1 > int.MaxValue)
            {
                return false;
            }

            at += elapsed;
            entries.Add(new TurnSwitch(at, cpu, allocated, (int)(kind >> 1), (kind & 1) == 1));
        }

        return true;
    }

    // Clocks of a thread do not run backwards; if one does, the step counts as none.
    private static int Write(Span<byte> target, long value)
    {
        var rest = (ulong)Math.Max(0, value);
        var length = 0;
        while (rest >= More)
        {
            target[length++] = (byte)(rest | More);
            rest >>= PayloadBits;
        }

        target[length++] = (byte)rest;
        return length;
    }

    private static bool Read(ref ReadOnlySpan<byte> source, out long value)
    {
        value = 0;
        for (var i = 0; i < source.Length && i * PayloadBits < 63; i++)
        {
            value |= (long)(source[i] & ~More) << (i * PayloadBits);
            if ((source[i] & More) == 0)
            {
                source = source[(i + 1)..];
                return true;
            }
        }

        return false;
    }
}
