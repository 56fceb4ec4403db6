namespace Choir.Actors.Telemetry;

/// <summary>
/// What the edges of the message flow counted over the last minute: the difference between now and the oldest of a few
/// looks at them, which are taken from time to time, off the message path.
/// </summary>
internal sealed class FlowWindow
{
    /// <summary>The time from one look to the next.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromSeconds(10);

    // The oldest is 50 to 60 seconds old.
    private const int Looks = 6;

    private readonly ActorTelemetry _telemetry;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly Queue<Look> _looks = new(Looks);
    private Look _last;

    public FlowWindow(ActorTelemetry telemetry, TimeProvider time)
    {
        (_telemetry, _time) = (telemetry, time);
        _looks.Enqueue(_last = new Look(time.GetTimestamp(), []));
    }

    /// <summary>The memory that the looks take, in bytes.</summary>
    public long Memory { get; private set; }

    /// <summary>Takes a look when it is time for one.</summary>
    public void Tick()
    {
        if (_time.GetElapsedTime(_last.At) < Step)
        {
            return;
        }

        lock (_gate)
        {
            if (_looks.Count == Looks)
            {
                _looks.Dequeue();
            }

            _looks.Enqueue(_last = Take());
            Memory = _looks.SelectMany(look => look.Edges).Distinct().Count() * (long)FlowEdge.CellCount * sizeof(long);
        }
    }

    /// <summary>What was counted since the oldest look, and since the start.</summary>
    public (double Seconds, List<EdgeCounts> Edges) Read()
    {
        Look oldest;
        lock (_gate)
        {
            oldest = _looks.Peek();
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

    // An edge that has counted nothing since the last look shares its numbers, so idle edges take no further memory.
    private Look Take()
    {
        var edges = _telemetry.Flow.All;
        var sums = new long[edges.Length][];
        for (var index = 0; index < sums.Length; index++)
        {
            var sum = Sum(edges[index]);
            sums[index] = index < _last.Edges.Length && sum.AsSpan().SequenceEqual(_last.Edges[index]) ? _last.Edges[index] : sum;
        }

        return new Look(_time.GetTimestamp(), sums);
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

    private sealed record Look(long At, long[][] Edges);
}

/// <summary>What an edge counted: outcomes, then latencies (<see cref="FlowEdge.CellCount"/> numbers each).</summary>
/// <param name="Edge">The edge.</param>
/// <param name="Total">Since the start.</param>
/// <param name="Recent">Over the last minute.</param>
internal readonly record struct EdgeCounts(FlowEdge Edge, long[] Total, long[] Recent);
