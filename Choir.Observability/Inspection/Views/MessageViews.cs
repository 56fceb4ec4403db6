using Orleans;

namespace Choir.Actors.Inspection;

/// <summary>Which recorded messages are wanted. A message must meet all conditions that are not null.</summary>
/// <param name="ActorType">The receiver's type.</param>
/// <param name="ActorId">The receiver's id.</param>
/// <param name="MessageType">The message type.</param>
/// <param name="SourceType">The sender's actor type, <c>host</c> or <c>gateway</c>.</param>
/// <param name="FailedOnly">Only messages that failed or timed out.</param>
/// <param name="MinMs">Only messages that took longer than this from being sent to the end of their handler, in ms.</param>
/// <param name="Limit">How many are wanted, 1 to <see cref="MaxLimit"/>; the newest first.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.MessageFilter")]
public sealed record MessageFilter(
    [property: Id(0)] string? ActorType = null, [property: Id(1)] string? ActorId = null, [property: Id(2)] string? MessageType = null,
    [property: Id(3)] string? SourceType = null, [property: Id(4)] bool FailedOnly = false, [property: Id(5)] double? MinMs = null,
    [property: Id(6)] int Limit = 100)
{
    /// <summary>Whether upkeep (health checks, timers, and what follows from those of actors) is left out, unless it failed.</summary>
    [Id(7)]
    public bool WithoutUpkeep { get; init; }

    /// <summary>The highest <see cref="Limit"/>.</summary>
    public const int MaxLimit = 1_000;
}

/// <summary>Recorded messages of all hosts, the newest first.</summary>
/// <param name="Messages">The messages.</param>
/// <param name="IsCut">Whether more messages match than are listed.</param>
/// <param name="Hosts">The hosts that the messages come from.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.MessagesView")]
public sealed record MessagesView(
    [property: Id(0)] IReadOnlyList<MessageHop> Messages, [property: Id(1)] bool IsCut, [property: Id(2)] HostAnswers Hosts);
