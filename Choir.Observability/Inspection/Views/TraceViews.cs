using System.Text.Json.Serialization;
using Orleans;

namespace Choir.Actors.Inspection;

/// <summary>The recorded messages of one conversation, over all hosts.</summary>
/// <param name="CorrelationId">The correlation id; that of the first message, if they were found by their trace id.</param>
/// <param name="Hops">The messages by time of sending, but each after its cause.</param>
/// <param name="IsCut">Whether there are more messages than are listed.</param>
/// <param name="Hosts">The hosts that the messages come from.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.TraceView")]
public sealed record TraceView(
    [property: Id(0)] Guid CorrelationId, [property: Id(1)] IReadOnlyList<MessageHop> Hops, [property: Id(2)] bool IsCut,
    [property: Id(3)] HostAnswers Hosts);

/// <summary>A handled or refused message in the flight recorder.</summary>
/// <param name="MessageId">The message id, a UUIDv7.</param>
/// <param name="CorrelationId">The correlation id.</param>
/// <param name="CausationId">The id of the message whose handler sent it; null for the first.</param>
/// <param name="SourceType">The sender's actor type, <c>host</c> for a service of an actor host, or <c>gateway</c>.</param>
/// <param name="SourceId">The sender's id; null if it is no actor.</param>
/// <param name="ActorType">The receiver's actor type.</param>
/// <param name="ActorId">The receiver's id.</param>
/// <param name="MessageType">The message type; <c>_unknown_</c> if the receiver has no handler for it.</param>
/// <param name="Host">The receiver's host.</param>
/// <param name="SentAt">When it was sent, by the clock of the receiver's host; absent if that is not known.</param>
/// <param name="StartedAt">When its handler started, or when it was refused.</param>
/// <param name="QueueMs">
/// The time from sending to the start of the handler, in ms; absent if it is not known, because the clocks of two hosts disagree.
/// </param>
/// <param name="ProcessingMs">The time in the handler, in ms.</param>
/// <param name="SizeBytes">The size of its data, in bytes; null for a call of an ordinary grain, of which it is not known.</param>
/// <param name="Outcome">The outcome: ok, error, rejected, timeout, unknown.</param>
/// <param name="Error">Why it failed or was refused; null if it was handled.</param>
/// <param name="TraceId">The trace id, sampled or not; null if there is none.</param>
/// <param name="SpanId">The id of the span that sent it; null if there is none.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.MessageHop")]
public sealed record MessageHop(
    [property: Id(0)] Guid MessageId, [property: Id(1)] Guid CorrelationId, [property: Id(2)] Guid? CausationId,
    [property: Id(3)] string SourceType, [property: Id(4)] string? SourceId, [property: Id(5)] string ActorType,
    [property: Id(6)] string ActorId, [property: Id(7)] string MessageType, [property: Id(8)] string Host,
    [property: Id(9), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? SentAt,
    [property: Id(10)] DateTimeOffset StartedAt,
    [property: Id(11), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? QueueMs, [property: Id(12)] double ProcessingMs, [property: Id(13)] int? SizeBytes,
    [property: Id(14)] string Outcome, [property: Id(15)] string? Error, [property: Id(16)] string? TraceId,
    [property: Id(17)] string? SpanId);
