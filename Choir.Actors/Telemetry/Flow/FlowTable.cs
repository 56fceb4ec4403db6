namespace Choir.Actors.Telemetry;

/// <summary>An edge of the message flow: a sender's type, and what it sends.</summary>
/// <param name="index">Its place among the host's edges.</param>
/// <param name="source">The sender's actor type, <c>gateway</c>, or <c>_other_</c>.</param>
/// <param name="kind">What it sends, and to which type.</param>
internal sealed class FlowEdge(int index, string source, MessageKind kind)
{
    /// <summary>How many numbers a thread's cells of an edge hold: outcomes, then latencies.</summary>
    public const int CellCount = Outcomes.Count + LatencyBuckets.Count;

    /// <summary>Its place among the host's edges.</summary>
    public int Index { get; } = index;

    /// <summary>The sender's actor type, <c>gateway</c>, or <c>_other_</c>.</summary>
    public string Source { get; } = source;

    /// <summary>What it sends, and to which type.</summary>
    public MessageKind Kind { get; } = kind;

    /// <summary>Its series of <c>ask.time</c> for answers; -1 until something is asked.</summary>
    public int Asks { get; set; } = -1;
}

/// <summary>The edges of the message flow into one host, as messages draw them. A bounded number.</summary>
internal sealed class FlowTable
{
    /// <summary>The most edges of a host; further ones are one edge of source <c>_other_</c> a message kind.</summary>
    public const int MaxEdges = 4_096;

    /// <summary>The most sources of one message kind, before the same happens.</summary>
    public const int MaxSources = 64;

    private readonly Lock _gate = new();
    private FlowEdge[] _all = [];

    /// <summary>All edges, in the order of their making.</summary>
    public ReadOnlySpan<FlowEdge> All => Volatile.Read(ref _all);

    /// <summary>Adds an edge of a kind.</summary>
    public FlowEdge Add(MessageKind kind, string source, ref FlowEdge[] edgesOfKind)
    {
        lock (_gate)
        {
            var name = edgesOfKind.Length < MaxSources && _all.Length < MaxEdges ? source : TelemetryNames.Other;
            foreach (var known in edgesOfKind)
            {
                if (known.Source == name)
                {
                    return known;
                }
            }

            var edge = new FlowEdge(_all.Length, name, kind);
            Volatile.Write(ref _all, [.. _all, edge]);
            Volatile.Write(ref edgesOfKind, [.. edgesOfKind, edge]);
            return edge;
        }
    }
}
