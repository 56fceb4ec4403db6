namespace Choir.Actors.Telemetry;

/// <summary>What the flight recorder keeps of one handled message. About 150 bytes, no object of its own.</summary>
internal struct MessageRecord
{
    /// <summary>When it was written, counted in records; 0 while it is being written, or never was.</summary>
    public long Sequence;

    /// <summary>The message's ids.</summary>
    public Guid MessageId, CorrelationId, CausationId;

    /// <summary>The span that sent it; empty where no trace was at work.</summary>
    public TraceContext SenderTrace;

    /// <summary>When its handler began, in ticks of this process' clock.</summary>
    public long Started;

    /// <summary>The time from being sent to the handler's begin, and in the handler, in ticks of the clock.</summary>
    public long Queue, Processing;

    /// <summary>The edge of the message flow: who sent what to which type.</summary>
    public FlowEdge Edge;

    /// <summary>The actor's id.</summary>
    public string ActorId;

    /// <summary>The sender's id; null for the gateway.</summary>
    public string? SenderId;

    /// <summary>Why it failed or was refused, cut short; null if it was handled.</summary>
    public string? Error;

    /// <summary>The size of its data, in bytes.</summary>
    public int Size;

    /// <summary>What became of it.</summary>
    public Outcome Outcome;

    /// <inheritdoc cref="ActorMessage.TraceContext"/>
    public readonly TraceContext Trace => SenderTrace.IsNone ? TraceContext.Unsampled(CorrelationId, MessageId) : SenderTrace;
}
