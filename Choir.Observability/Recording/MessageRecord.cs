namespace Choir.Observability;

/// <summary>A slot of the flight recorder: one handled message. About 150 bytes.</summary>
internal struct MessageRecord
{
    /// <summary>The number of the record; 0 if the slot is empty or being written.</summary>
    public long Sequence;

    public Guid MessageId, CorrelationId, CausationId;

    /// <summary>The span that sent the message; empty if there was no trace.</summary>
    public TraceContext SenderTrace;

    /// <summary>The value of <see cref="Queue"/> if the transport from another process is not known.</summary>
    public const long UnknownQueue = -1;

    /// <summary>When its handler started, in ticks of this process' clock.</summary>
    public long Started;

    /// <summary>The time from sending to the start of the handler, and the time in the handler, in ticks of the clock.</summary>
    public long Queue, Processing;

    public FlowEdge Edge;

    public string ActorId;

    /// <summary>The sender's id; null if it is no actor.</summary>
    public string? SenderId;

    /// <summary>Why it failed or was refused, truncated; null if it was handled.</summary>
    public string? Error;

    /// <summary>The size of its data, in bytes.</summary>
    public int Size;

    public Outcome Outcome;

    /// <summary>See <see cref="IObservedMessage.IsUpkeep"/>.</summary>
    public bool IsUpkeep;

    /// <summary>The span that sent it, or an unsampled one that is derived from its ids.</summary>
    public readonly TraceContext Trace => SenderTrace.IsNone ? TraceContext.Unsampled(CorrelationId, MessageId) : SenderTrace;
}
