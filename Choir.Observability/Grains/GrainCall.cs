namespace Choir.Observability;

/// <summary>A call that a grain handles.</summary>
/// <param name="Activation">The activation.</param>
/// <param name="Kind">The method.</param>
/// <param name="Source">The name of the caller.</param>
/// <param name="Started">When its method started, in ticks of the clock.</param>
/// <param name="Trace">The trace that it is part of; empty if there is none.</param>
internal readonly record struct GrainCall(GrainActivation Activation, MessageKind Kind, string Source, long Started, TraceContext Trace)
{
    /// <summary>Whether it gets a span.</summary>
    public bool IsTraced { get; init; }

    /// <summary>Its id, from the start if it is traced; else made when it is counted.</summary>
    public Guid Id { get; init; }
}

/// <summary>A call as telemetry reads it. What Orleans does not tell the receiver is absent: queue time, size, the message that caused it.</summary>
internal readonly struct ObservedCall(GrainCall call, Guid id) : IObservedMessage
{
    public static bool HasQueueAndSize => false;

    public Guid Id => id;

    public Guid CorrelationId => call.Trace.IsNone ? id : call.Trace.ToCorrelationId();

    public Guid CausationId => Guid.Empty;

    public TraceContext SenderTrace => call.Trace;

    public ActorAddress Sender => default;

    public string Source => call.Source;

    public int Size => 0;

    // A reentrant grain takes calls while it waits for an answer, so an ask alone says nothing about deadlocks.
    public bool ExpectsReply => false;

    public bool TakeAsk(ActorTelemetry telemetry) => false;
}
