namespace Choir.Observability;

/// <summary>An edge of the message flow: a sender's type, a message type and the type of the actor that takes it.</summary>
/// <param name="index">Its index in the host's edges.</param>
/// <param name="source">The sender's actor type, <c>host</c>, <c>gateway</c>, or <c>_other_</c>.</param>
/// <param name="kind">The message type and the actor type that takes it.</param>
internal sealed class FlowEdge(int index, string source, MessageKind kind)
{
    /// <summary>The cells of an edge with the sums of queue times and of processing times, in ticks, over the messages in its latencies.</summary>
    public const int QueueSum = Outcomes.Count + LatencyBuckets.Count, ProcessingSum = QueueSum + 1;

    /// <summary>The length of a thread's cells of an edge: outcomes, then latencies, then the two sums.</summary>
    public const int CellCount = ProcessingSum + 1;

    public int Index { get; } = index;

    public string Source { get; } = source;

    public MessageKind Kind { get; } = kind;

    /// <summary>The outcomes that are exported, one bit each: see <see cref="FlowTable.MaxSeries"/>.</summary>
    public int ExportedOutcomes { get; set; }

    /// <summary>
    /// Whether handlers have asked along it, or anybody who is no actor; written once, so a message costs a comparison. See
    /// <see cref="FlowTable.MarkAsk"/>.
    /// </summary>
    public AskOrder Asked { get; set; }

    /// <summary>Its series in <see cref="AskTable"/> for replies without an error; -1 until the first ask.</summary>
    public int Asks { get; set; } = -1;
}

/// <summary>The edges of the message flow into one host. Their number is bounded.</summary>
internal sealed class FlowTable
{
    /// <summary>The limit of edges of a host; further ones are counted as one edge of source <c>_other_</c> per message kind.</summary>
    public const int MaxEdges = 4_096;

    /// <summary>The limit of sources of one message kind; further ones are counted as <c>_other_</c>.</summary>
    public const int MaxSources = 64;

    /// <summary>
    /// The limit of exported series of <c>message.flow</c>, an edge and an outcome each; further ones are exported as one series of
    /// <c>_other_</c> per outcome. OpenTelemetry allows 2,000 for an instrument, and exports wrong sums above.
    /// </summary>
    public const int MaxSeries = 1_900;

    private readonly Lock _gate = new();
    private FlowEdge[] _all = [];
    private int _series;
    private int _askChanges;

    public ReadOnlySpan<FlowEdge> All => Volatile.Read(ref _all);

    /// <summary>How often an edge was marked by the first ask of a handler.</summary>
    public int AskChanges => Volatile.Read(ref _askChanges);

    /// <summary>The edges along which handlers ask.</summary>
    public AskedEdge[] Asks()
    {
        var asks = new List<AskedEdge>();
        foreach (var edge in All)
        {
            if (edge.Asked != AskOrder.None && IsBetweenActors(edge))
            {
                asks.Add(new AskedEdge(edge.Source, edge.Kind.ActorType, edge.Kind.MessageType, edge.Asked));
            }
        }

        return [.. asks];
    }

    /// <summary>Marks that a message that expects a reply came along an edge: its sender waits meanwhile, and takes no message.</summary>
    /// <param name="edge">The edge.</param>
    /// <param name="sender">The sender.</param>
    /// <param name="id">The receiver's id.</param>
    public void MarkAsk(FlowEdge edge, ActorAddress sender, string id)
    {
        var order = AskOrders.Of(sender.Type, sender.Id, edge.Kind.ActorType, id);
        if ((edge.Asked & order) == order)
        {
            return;
        }

        lock (_gate)
        {
            edge.Asked |= order;
            if (IsBetweenActors(edge))
            {
                _askChanges++;
            }
        }
    }

    /// <summary>Whether an outcome of an edge has a series of its own. Once it has one it keeps it.</summary>
    public bool HasSeries(FlowEdge edge, Outcome outcome)
    {
        var bit = 1 << (int)outcome;
        lock (_gate)
        {
            if ((edge.ExportedOutcomes & bit) == 0 && _series < MaxSeries)
            {
                edge.ExportedOutcomes |= bit;
                _series++;
            }

            return (edge.ExportedOutcomes & bit) != 0;
        }
    }

    // A message without a handler is refused before it waits for anything.
    private static bool IsBetweenActors(FlowEdge edge) =>
        edge.Source is not (TelemetryNames.Gateway or TelemetryNames.Host or TelemetryNames.Stream or TelemetryNames.Other) && edge.Kind.MessageType != MessageKind.Unknown;

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
