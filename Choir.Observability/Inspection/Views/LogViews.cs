using Microsoft.Extensions.Logging;
using Orleans;

namespace Choir.Actors.Inspection;

/// <summary>Which log records are wanted. A record must meet all conditions that are not null.</summary>
/// <param name="CorrelationId">The correlation id, or a trace id: its 32 hexadecimal digits in the form of a UUID.</param>
/// <param name="ActorType">The actor's type.</param>
/// <param name="ActorId">The actor's id.</param>
/// <param name="MinLevel">The lowest level.</param>
/// <param name="Limit">How many are wanted, 1 to <see cref="MaxLimit"/>; the newest first.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.LogFilter")]
public sealed record LogFilter(
    [property: Id(0)] Guid? CorrelationId = null, [property: Id(1)] string? ActorType = null, [property: Id(2)] string? ActorId = null,
    [property: Id(3)] LogLevel? MinLevel = null, [property: Id(4)] int Limit = 200)
{
    /// <summary>The highest <see cref="Limit"/>.</summary>
    public const int MaxLimit = 1_000;
}

/// <summary>Log records of all hosts that are about actors or correlations, the newest first.</summary>
/// <param name="Records">The records.</param>
/// <param name="IsCut">Whether more records match than are listed.</param>
/// <param name="Hosts">The hosts that the records come from.</param>
/// <param name="KeptSince">
/// From when on these hosts keep all records that they were given; null if none of them has dropped any since its start. Of earlier ones
/// only some are kept: warnings and errors are dropped apart from the others.
/// </param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.LogsView")]
public sealed record LogsView(
    [property: Id(0)] IReadOnlyList<ActorLogRecord> Records, [property: Id(1)] bool IsCut, [property: Id(2)] HostAnswers Hosts,
    [property: Id(3)] DateTimeOffset? KeptSince = null)
{
    /// <summary>
    /// The hosts that keep no records: their capacity is 0, or their logger factory was replaced after Choir was added, by one that uses no log
    /// providers.
    /// </summary>
    [Id(4)]
    public IReadOnlyList<string> HostsWithoutRecords { get; init; } = [];
}

/// <summary>A log record that is about an actor or a correlation.</summary>
/// <param name="At">When it was written.</param>
/// <param name="Level">Its level.</param>
/// <param name="Event">The name of its event, cut at 256 characters; null if it has none.</param>
/// <param name="Text">Its message without secrets, cut at 1,024 characters, and how many records of the event a limit has left out before it.</param>
/// <param name="Exception">Its exception with the stack trace, without secrets and cut at 4,096 characters; null if it has none.</param>
/// <param name="Logger">The name of its logger, cut at 256 characters.</param>
/// <param name="Host">The host that wrote it.</param>
/// <param name="ActorType">The actor's type; null if it is about no actor.</param>
/// <param name="ActorId">The actor's id; null if it is about no actor.</param>
/// <param name="MessageType">The type of the message; null if it is not known.</param>
/// <param name="MessageId">The message id; null if it is not known.</param>
/// <param name="CorrelationId">The correlation id; null if it is not known.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.ActorLogRecord")]
public sealed record ActorLogRecord(
    [property: Id(0)] DateTimeOffset At, [property: Id(1)] LogLevel Level, [property: Id(2)] string? Event, [property: Id(3)] string Text,
    [property: Id(4)] string? Exception, [property: Id(5)] string Logger, [property: Id(6)] string Host,
    [property: Id(7)] string? ActorType, [property: Id(8)] string? ActorId, [property: Id(9)] string? MessageType,
    [property: Id(10)] Guid? MessageId, [property: Id(11)] Guid? CorrelationId);
