namespace Choir.Observability;

/// <summary>What telemetry reads of one message.</summary>
/// <remarks>Implemented by structs that wrap a message: the compiler then makes a version of the counting for each, without calls of an interface.</remarks>
internal interface IObservedMessage
{
    /// <summary>Whether its queue time and its size are measured; otherwise they are absent.</summary>
    static abstract bool HasQueueAndSize { get; }

    /// <summary>The message's id.</summary>
    Guid Id { get; }

    /// <summary>The id of the first message of the conversation.</summary>
    Guid CorrelationId { get; }

    /// <summary>The id of the message whose handler sent this one; empty if there is none.</summary>
    Guid CausationId { get; }

    /// <summary>The span that sent it; empty if there was no trace.</summary>
    TraceContext SenderTrace { get; }

    /// <summary>The sending actor; the default value if the sender is no actor.</summary>
    ActorAddress Sender { get; }

    /// <summary>The sender's type in telemetry.</summary>
    string Source { get; }

    /// <summary>The size of its data, in bytes; 0 if it is not measured.</summary>
    int Size { get; }

    /// <summary>Whether the sender awaits the reply.</summary>
    bool ExpectsReply { get; }

    /// <summary>Whether it is upkeep, which nobody looks for among the messages: health checks, timers, and what follows from them.</summary>
    bool IsUpkeep { get; }

    /// <summary>Whether the ask is to be counted by this telemetry, at the end of the handler. True once at most.</summary>
    bool TakeAsk(ActorTelemetry telemetry);
}
