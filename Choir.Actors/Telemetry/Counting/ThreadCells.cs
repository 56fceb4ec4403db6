namespace Choir.Actors.Telemetry;

/// <summary>
/// What one thread has counted: plain numbers that only this thread writes, so that counting needs no lock and no
/// interlocked instruction. Whoever scrapes sums over the threads.
/// </summary>
internal sealed class ThreadCells(CellRegistry registry, Thread thread, int kinds)
{
    private readonly long[]?[] _kinds = new long[kinds][];
    private long[]?[] _edges = [];
    private long[]?[] _asks = [];

    /// <summary>The actor whose handler holds the thread now; null between handlers, and while one awaits something.</summary>
    public Actor? Running;

    /// <summary>Where the thread writes its next message record, and where its share of the recorder ends.</summary>
    public long NextRecord;

    /// <inheritdoc cref="NextRecord"/>
    public long EndOfRecords;

    /// <summary>Whose cells they are.</summary>
    public CellRegistry Registry { get; } = registry;

    /// <summary>The thread; another one takes the cells over when it has ended.</summary>
    public Thread Thread { get; set; } = thread;

    /// <summary>The histograms of a message kind.</summary>
    public long[] OfKind(MessageKind kind) => _kinds[kind.Index] ??= Registry.Count(new long[Registry.Layout.Length]);

    /// <summary>The counts of an edge of the message flow: outcomes, then latencies.</summary>
    public long[] OfEdge(FlowEdge edge)
    {
        var edges = _edges;
        return edge.Index < edges.Length && edges[edge.Index] is { } cells ? cells : Grow(ref _edges, edge.Index, FlowEdge.CellCount);
    }

    /// <summary>The histogram of an ask's time.</summary>
    public long[] OfAsk(int series)
    {
        var asks = _asks;
        return series < asks.Length && asks[series] is { } cells ? cells : Grow(ref _asks, series, CellHistogram.Length(Registry.Layout.Times));
    }

    /// <summary>The same as far as the thread has counted any, for other threads.</summary>
    public long[]? KindOrNull(int kind) => Volatile.Read(ref _kinds[kind]);

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
            Volatile.Write(ref all, grown);
        }

        var cells = Registry.Count(new long[length]);
        Volatile.Write(ref all[index], cells);
        return cells;
    }

    private static long[]? OrNull(long[]?[] all, int index) => index < all.Length ? Volatile.Read(ref all[index]) : null;
}
