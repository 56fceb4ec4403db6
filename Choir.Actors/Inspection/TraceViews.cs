using Orleans;

namespace Choir.Actors.Inspection;

/// <summary>Everything that the hosts still hold of one correlation.</summary>
/// <param name="CorrelationId">The id of the message that began it.</param>
/// <param name="Hops">Its messages in order: each after the one that caused it, otherwise by time.</param>
/// <param name="IsCut">Whether there were more than are shown.</param>
/// <param name="Hosts">Where the messages come from.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.TraceView")]
public sealed record TraceView(
    [property: Id(0)] Guid CorrelationId,
    [property: Id(1)] IReadOnlyList<MessageHop> Hops,
    [property: Id(2)] bool IsCut,
    [property: Id(3)] HostAnswers Hosts);

/// <summary>A message that was handled or refused, as the flight recorder keeps it.</summary>
/// <param name="MessageId">The message, a UUIDv7.</param>
/// <param name="CorrelationId">The message that began it all.</param>
/// <param name="CausationId">The message whose handler sent it; null for the first.</param>
/// <param name="SourceType">The sender's actor type, or <c>gateway</c>.</param>
/// <param name="SourceId">The sender's id; null for the gateway.</param>
/// <param name="ActorType">The type of the actor that got it.</param>
/// <param name="ActorId">The id of the actor that got it.</param>
/// <param name="MessageType">Its type; <c>_unknown_</c> for one that the actor has no handler for.</param>
/// <param name="Host">The host where it was handled.</param>
/// <param name="SentAt">When it was sent, by that host's clock.</param>
/// <param name="StartedAt">When its handler began, or it was refused.</param>
/// <param name="QueueMs">The time on its way and in line, in ms.</param>
/// <param name="ProcessingMs">The time in its handler, in ms.</param>
/// <param name="SizeBytes">The size of its data, in bytes.</param>
/// <param name="Outcome">What became of it: ok, error, rejected, timeout, unknown.</param>
/// <param name="Error">Why it failed or was refused; null if it was handled.</param>
/// <param name="TraceId">The trace that it belongs to, kept or not; null where there is none.</param>
/// <param name="SpanId">The span that sent it; null where there is none.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.MessageHop")]
public sealed record MessageHop(
    [property: Id(0)] Guid MessageId,
    [property: Id(1)] Guid CorrelationId,
    [property: Id(2)] Guid? CausationId,
    [property: Id(3)] string SourceType,
    [property: Id(4)] string? SourceId,
    [property: Id(5)] string ActorType,
    [property: Id(6)] string ActorId,
    [property: Id(7)] string MessageType,
    [property: Id(8)] string Host,
    [property: Id(9)] DateTimeOffset SentAt,
    [property: Id(10)] DateTimeOffset StartedAt,
    [property: Id(11)] double QueueMs,
    [property: Id(12)] double ProcessingMs,
    [property: Id(13)] int SizeBytes,
    [property: Id(14)] string Outcome,
    [property: Id(15)] string? Error,
    [property: Id(16)] string? TraceId,
    [property: Id(17)] string? SpanId);
