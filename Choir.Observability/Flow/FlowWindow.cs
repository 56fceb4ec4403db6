namespace Choir.Observability;

/// <summary>
/// The counts of the message flow over the last minute: the difference between the current counts and the oldest of six
/// snapshots, which are taken every ten seconds, off the message path.
/// </summary>
internal sealed class FlowWindow
{
    public static readonly TimeSpan Step = TimeSpan.FromSeconds(10);

    // The oldest is 50 to 60 seconds old.
    private const int SnapshotCount = 6;

    private readonly ActorTelemetry _telemetry;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly Queue<Snapshot> _snapshots = new(SnapshotCount);
    private Snapshot _last;

    public FlowWindow(ActorTelemetry telemetry, TimeProvider time)
    {
        (_telemetry, _time) = (telemetry, time);
        _snapshots.Enqueue(_last = new Snapshot(time.GetTimestamp(), []));
    }

    /// <summary>The memory of the snapshots, in bytes.</summary>
    public long Memory { get; private set; }

    /// <summary>Takes a snapshot if it is time for one.</summary>
    public void Tick()
    {
        if (_time.GetElapsedTime(_last.At) < Step)
        {
            return;
        }

        lock (_gate)
        {
            if (_snapshots.Count == SnapshotCount)
            {
                _snapshots.Dequeue();
            }

            _snapshots.Enqueue(_last = Take());
            Memory = _snapshots.SelectMany(snapshot => snapshot.Edges).Distinct().Count() * (long)FlowEdge.CellCount * sizeof(long);
        }
    }

    /// <summary>The counts since the oldest snapshot and since the start, and the age of that snapshot.</summary>
    public (double Seconds, List<EdgeCounts> Edges) Read()
    {
        Snapshot oldest;
        lock (_gate)
        {
            oldest = _snapshots.Peek();
        }

        var edges = new List<EdgeCounts>();
        foreach (var edge in _telemetry.Flow.All)
        {
            var total = Sum(edge);
            var recent = (long[])total.Clone();
            if (edge.Index < oldest.Edges.Length)
            {
                for (var cell = 0; cell < recent.Length; cell++)
                {
                    recent[cell] -= oldest.Edges[edge.Index][cell];
                }
            }

            edges.Add(new EdgeCounts(edge, total, recent));
        }

        return (_time.GetElapsedTime(oldest.At).TotalSeconds, edges);
    }

    // An edge without new messages shares the array of the last snapshot, so idle edges take no further memory.
    private Snapshot Take()
    {
        var edges = _telemetry.Flow.All;
        var sums = new long[edges.Length][];
        for (var index = 0; index < sums.Length; index++)
        {
            var sum = Sum(edges[index]);
            sums[index] = index < _last.Edges.Length && sum.AsSpan().SequenceEqual(_last.Edges[index]) ? _last.Edges[index] : sum;
        }

        return new Snapshot(_time.GetTimestamp(), sums);
    }

    private long[] Sum(FlowEdge edge)
    {
        var sum = new long[FlowEdge.CellCount];
        foreach (var cells in _telemetry.Cells.All)
        {
            if (cells.EdgeOrNull(edge.Index) is not { } counts)
            {
                continue;
            }

            for (var cell = 0; cell < sum.Length; cell++)
            {
                sum[cell] += Volatile.Read(ref counts[cell]);
            }
        }

        return sum;
    }

    private sealed record Snapshot(long At, long[][] Edges);
}

/// <summary>The counts of an edge: outcomes, latencies and sums (<see cref="FlowEdge.CellCount"/> numbers each).</summary>
/// <param name="Edge">The edge.</param>
/// <param name="Total">Counts since the start.</param>
/// <param name="Recent">Counts of the last minute.</param>
internal readonly record struct EdgeCounts(FlowEdge Edge, long[] Total, long[] Recent);
