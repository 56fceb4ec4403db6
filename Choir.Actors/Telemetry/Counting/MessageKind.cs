namespace Choir.Actors.Telemetry;

/// <summary>A message type as one actor type takes it: what histograms of messages are kept for.</summary>
/// <param name="index">Its place among the host's kinds.</param>
/// <param name="actorType">The actor type that takes it.</param>
/// <param name="messageType">The message type, or <see cref="Unknown"/>.</param>
internal sealed class MessageKind(int index, string actorType, string messageType)
{
    /// <summary>Stands for every message type that no handler takes, so that nobody outside can mint series.</summary>
    public const string Unknown = "_unknown_";

    private FlowEdge[] _edges = [];
    private long _silent;

    /// <summary>Its place among the host's kinds.</summary>
    public int Index { get; } = index;

    /// <summary>The actor type that takes it.</summary>
    public string ActorType { get; } = actorType;

    /// <summary>The message type.</summary>
    public string MessageType { get; } = messageType;

    /// <summary>The name of its spans.</summary>
    public string SpanName { get; } = $"process_message {messageType}";

    /// <summary>Its attributes on instruments.</summary>
    public KeyValuePair<string, object?>[] Tags { get; } =
        [new(TelemetryNames.ActorType, actorType), new(TelemetryNames.MessageType, messageType)];

    /// <summary>How often the begin of its messages' turns may be logged.</summary>
    public LogBudget ReceivedLog { get; } = new();

    /// <summary>How often the end of its messages' turns may be logged.</summary>
    public LogBudget ProcessedLog { get; } = new();

    /// <summary>How often refusals may be logged.</summary>
    public LogBudget RefusedLog { get; } = new();

    /// <summary>How many of its messages were upkeep of which nothing was to be logged.</summary>
    public long Silent => Interlocked.Read(ref _silent);

    /// <summary>Its slowest messages.</summary>
    public SlowMessages Slowest { get; } = new();

    /// <summary>Who has sent it so far.</summary>
    public ReadOnlySpan<FlowEdge> Edges => Volatile.Read(ref _edges);

    /// <summary>A message was upkeep, and nothing is logged of it.</summary>
    public void OnSilent() => Interlocked.Increment(ref _silent);

    /// <summary>The edge from a sender's type.</summary>
    /// <param name="flow">Makes edges.</param>
    /// <param name="source">The sender's type; null for the gateway.</param>
    public FlowEdge EdgeFrom(FlowTable flow, string? source)
    {
        source ??= TelemetryNames.Gateway;
        var edges = _edges;

        // Senders in this process name their type by one and the same string.
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
