namespace Choir.Observability;

/// <summary>A message type as one actor type takes it: the key of the histograms of messages.</summary>
/// <param name="index">Its index in the host's kinds.</param>
/// <param name="actorType">The actor type that takes it.</param>
/// <param name="messageType">The message type, or <see cref="Unknown"/>; for a call of an ordinary grain its interface and method.</param>
/// <param name="isCall">Whether it is such a call, whose queue time and size are not known.</param>
internal sealed class MessageKind(int index, string actorType, string messageType, bool isCall = false)
{
    /// <summary>Replaces message types that no handler takes, so that callers cannot create series.</summary>
    public const string Unknown = "_unknown_";

    private FlowEdge[] _edges = [];
    private long _silent;
    private TurnKind? _turns;

    public int Index { get; } = index;

    public string ActorType { get; } = actorType;

    public string MessageType { get; } = messageType;

    /// <summary>Whether it is a call of an ordinary grain.</summary>
    public bool IsCall { get; } = isCall;

    public string SpanName { get; } = $"process_message {messageType}";

    public KeyValuePair<string, object?>[] Tags { get; } =
        [new(TelemetryNames.ActorType, actorType), new(TelemetryNames.MessageType, messageType)];

    /// <summary>Its turns, for a profiler.</summary>
    public TurnKind Turns => _turns ??= TurnKind.Of(ActorType, MessageType);

    public LogBudget ReceivedLog { get; } = new();

    public LogBudget ProcessedLog { get; } = new();

    public LogBudget RefusedLog { get; } = new();

    /// <summary>The number of upkeep messages that were not to be logged.</summary>
    public long Silent => Interlocked.Read(ref _silent);

    public SlowMessages Slowest { get; } = new();

    /// <summary>The edges from the senders' types so far.</summary>
    public ReadOnlySpan<FlowEdge> Edges => Volatile.Read(ref _edges);

    /// <summary>Counts an upkeep message that is not logged.</summary>
    public void OnSilent() => Interlocked.Increment(ref _silent);

    /// <summary>The edge from a sender's type.</summary>
    /// <param name="flow">Creates the edge if it is new.</param>
    /// <param name="source">The sender's type; null for the gateway.</param>
    public FlowEdge EdgeFrom(FlowTable flow, string? source)
    {
        source ??= TelemetryNames.Gateway;
        var edges = _edges;

        // Senders in this process use the same string instance for a type.
        foreach (var edge in edges)
        {
            if (ReferenceEquals(edge.Source, source))
            {
                return edge;
            }
        }

        foreach (var edge in edges)
        {
            if (edge.Source == source)
            {
                return edge;
            }
        }

        return flow.Add(this, source, ref _edges);
    }
}
