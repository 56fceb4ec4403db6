using System.Runtime.InteropServices;

namespace Choir.Observability;

/// <summary>
/// The counts of one thread: plain numbers that only this thread writes, so that counting needs no lock and no interlocked
/// instruction. A collection sums over the threads.
/// </summary>
internal sealed class ThreadCells(CellRegistry registry, Thread thread)
{
    private long[]?[] _kinds = [];
    private long[]?[] _edges = [];
    private long[]?[] _asks = [];

    /// <summary>The actor whose handler runs on the thread; null between handlers and while a handler awaits.</summary>
    public IObservedActor? Running;

    /// <summary>The next sequence number in the thread's block of the flight recorder, and the end of that block.</summary>
    public long NextRecord;

    /// <inheritdoc cref="NextRecord"/>
    public long EndOfRecords;

    // The ids of calls that have none: a random number of the cells, and the number of the call.
    private readonly long _calls = Random.Shared.NextInt64();
    private long _lastCall;

    public CellRegistry Registry { get; } = registry;

    /// <summary>The thread that owns the cells; after it has ended, another one takes them over.</summary>
    public Thread Thread { get; set; } = thread;

    /// <summary>An id for a call, which no other call has.</summary>
    public Guid NextCallId()
    {
        Span<long> id = [_calls, ++_lastCall];
        return MemoryMarshal.Cast<long, Guid>(id)[0];
    }

    /// <summary>The histograms of a message kind.</summary>
    public long[] OfKind(MessageKind kind)
    {
        var kinds = _kinds;
        return kind.Index < kinds.Length && kinds[kind.Index] is { } cells ? cells : Grow(ref _kinds, kind.Index, Registry.Layout.Length);
    }

    /// <summary>The counts of an edge: outcomes, latencies and sums.</summary>
    public long[] OfEdge(FlowEdge edge)
    {
        var edges = _edges;
        return edge.Index < edges.Length && edges[edge.Index] is { } cells ? cells : Grow(ref _edges, edge.Index, FlowEdge.CellCount);
    }

    /// <summary>The histogram of a series of <see cref="AskTable"/>.</summary>
    public long[] OfAsk(int series)
    {
        var asks = _asks;
        return series < asks.Length && asks[series] is { } cells ? cells : Grow(ref _asks, series, CellHistogram.Length(Registry.Layout.Times));
    }

    /// <summary>For other threads: null if this thread has counted none.</summary>
    public long[]? KindOrNull(int kind) => OrNull(Volatile.Read(ref _kinds), kind);

    /// <inheritdoc cref="KindOrNull"/>
    public long[]? EdgeOrNull(int edge) => OrNull(Volatile.Read(ref _edges), edge);

    /// <inheritdoc cref="KindOrNull"/>
    public long[]? AskOrNull(int series) => OrNull(Volatile.Read(ref _asks), series);

    private long[] Grow(ref long[]?[] all, int index, int length)
    {
        if (index >= all.Length)
        {
            var grown = new long[]?[Math.Max(index + 1, all.Length * 2)];
            all.CopyTo(grown, 0);
            Registry.Count(grown.Length - all.Length);
            Volatile.Write(ref all, grown);
        }

        var cells = new long[length];
        Registry.Count(length);
        Volatile.Write(ref all[index], cells);
        return cells;
    }

    private static long[]? OrNull(long[]?[] all, int index) => index < all.Length ? Volatile.Read(ref all[index]) : null;
}
