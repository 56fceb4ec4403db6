using Orleans;

namespace Choir.Actors.Inspection;

/// <summary>Handlers that run too long, and who waits for whom, over all hosts.</summary>
/// <param name="SlowAfterMs">From how long on a handler is told of, in ms; the hosts' least.</param>
/// <param name="Handlers">The handlers that run longer than that, the longest first.</param>
/// <param name="Waits">Every handler that awaits another actor's answer, the longest first.</param>
/// <param name="Chains">Chains of waits that end at one of the handlers, or have lasted as long themselves.</param>
/// <param name="Deadlocks">Cycles of waits: those that stand now, and those that were answered lately.</param>
/// <param name="IsCut">Whether there were more than are shown.</param>
/// <param name="Hosts">Where the answer comes from.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.StuckView")]
public sealed record StuckView(
    [property: Id(0)] double SlowAfterMs,
    [property: Id(1)] IReadOnlyList<StuckHandler> Handlers,
    [property: Id(2)] IReadOnlyList<ActorWait> Waits,
    [property: Id(3)] IReadOnlyList<WaitChain> Chains,
    [property: Id(4)] IReadOnlyList<DeadlockView> Deadlocks,
    [property: Id(5)] bool IsCut,
    [property: Id(6)] HostAnswers Hosts);

/// <summary>A handler that runs longer than its threshold.</summary>
/// <param name="ActorType">The actor's type.</param>
/// <param name="ActorId">The actor's id.</param>
/// <param name="Host">Where it is.</param>
/// <param name="MessageType">The message in its hands; null in a timer's, a reminder's or an operator's turn.</param>
/// <param name="MessageId">That message.</param>
/// <param name="CorrelationId">The message that began it all.</param>
/// <param name="Since">When it began.</param>
/// <param name="ForMs">For how long it has been running, in ms.</param>
/// <param name="BlocksThread">Whether it holds a thread instead of awaiting what it waits for.</param>
/// <param name="Reason">
/// <c>slow</c>: it is busy, or awaits something that is no actor; <c>blocked</c>: it awaits another actor's answer;
/// <c>cycle</c>: it waits in a cycle.
/// </param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.StuckHandler")]
public sealed record StuckHandler(
    [property: Id(0)] string ActorType,
    [property: Id(1)] string ActorId,
    [property: Id(2)] string Host,
    [property: Id(3)] string? MessageType,
    [property: Id(4)] Guid? MessageId,
    [property: Id(5)] Guid? CorrelationId,
    [property: Id(6)] DateTimeOffset Since,
    [property: Id(7)] double ForMs,
    [property: Id(8)] bool BlocksThread,
    [property: Id(9)] string Reason);

/// <summary>One actor waits for another one's answer.</summary>
/// <param name="ActorType">The type of the actor that waits.</param>
/// <param name="ActorId">The id of the actor that waits.</param>
/// <param name="Host">Where it is.</param>
/// <param name="For">What it waits for, since when.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.ActorWait")]
public sealed record ActorWait(
    [property: Id(0)] string ActorType,
    [property: Id(1)] string ActorId,
    [property: Id(2)] string Host,
    [property: Id(3)] AwaitedAnswer For);

/// <summary>Actors that wait for each other in a row.</summary>
/// <param name="Path">The actors as <c>type/id</c>: each waits for the next, the last for no actor.</param>
/// <param name="MessageTypes">The messages whose answers they await: one less than actors.</param>
/// <param name="ForMs">For how long the last of these has been awaited, in ms.</param>
/// <param name="IsHeldUp">Whether the last actor's handler runs longer than its threshold.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.WaitChain")]
public sealed record WaitChain(
    [property: Id(0)] IReadOnlyList<string> Path,
    [property: Id(1)] IReadOnlyList<string> MessageTypes,
    [property: Id(2)] double ForMs,
    [property: Id(3)] bool IsHeldUp);

/// <summary>A cycle of actors that wait for each other.</summary>
/// <param name="Path">The actors as <c>type/id</c>: each waits for the next, and the last is the first again.</param>
/// <param name="At">When it closed, or was seen.</param>
/// <param name="MessageType">The message that closed it.</param>
/// <param name="IsOver">Whether it has been answered: the message that closes a cycle gets <c>ERROR deadlock</c> at once.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.DeadlockView")]
public sealed record DeadlockView(
    [property: Id(0)] IReadOnlyList<string> Path,
    [property: Id(1)] DateTimeOffset At,
    [property: Id(2)] string MessageType,
    [property: Id(3)] bool IsOver);
