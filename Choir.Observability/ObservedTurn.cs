namespace Choir.Observability;

/// <summary>A turn that runs: of a message, or else of a timer, a reminder, a start or a restart.</summary>
/// <param name="Started">When it started, in ticks of the clock.</param>
/// <param name="MessageType">The message type; null if there is no message.</param>
/// <param name="MessageId">The message id; empty if there is none, or if it is not known.</param>
/// <param name="CorrelationId">The correlation id; empty if it is not known.</param>
/// <param name="Suspended">The task of the handler; null if it has not awaited anything.</param>
/// <param name="Caller">Who awaits its end, if the receiver alone knows of it; empty otherwise.</param>
internal readonly record struct ObservedTurn(
    long Started, string? MessageType, Guid MessageId, Guid CorrelationId, Task? Suspended, ActorAddress Caller = default)
{
    /// <summary>When Orleans ends the wait of the caller; null if that is the timeout of its host.</summary>
    public TimeSpan? ResponseTimeout { get; init; }

    /// <summary>The message id; null if there is none, or if it is not known.</summary>
    public Guid? KnownMessageId => MessageId == Guid.Empty ? null : MessageId;

    /// <summary>The correlation id; null if it is not known.</summary>
    public Guid? KnownCorrelationId => CorrelationId == Guid.Empty ? null : CorrelationId;

    /// <summary>Whether it is the same turn, read at another moment.</summary>
    public bool IsSameAs(ObservedTurn other) =>
        Started == other.Started && MessageType == other.MessageType && MessageId == other.MessageId;
}

/// <summary>A message whose answer an actor awaits.</summary>
/// <param name="To">The receiver.</param>
/// <param name="MessageId">The message id.</param>
/// <param name="MessageType">The message type.</param>
/// <param name="Sent">When it was sent, in ticks of the clock.</param>
internal readonly record struct AwaitedCall(ActorAddress To, Guid MessageId, string MessageType, long Sent)
{
    /// <summary>The task that ends with the answer; null if it is not known.</summary>
    public Task? Answer { get; init; }
}
