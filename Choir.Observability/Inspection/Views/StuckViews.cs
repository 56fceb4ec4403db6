using Choir.Actors.Operations;
using Orleans;

namespace Choir.Actors.Inspection;

/// <summary>Handlers that run too long, and actors that wait for other actors, over all hosts.</summary>
/// <param name="SlowAfterMs">The threshold above which a handler is listed, in ms; the lowest of all hosts.</param>
/// <param name="Handlers">The handlers that run longer than the threshold, the longest first.</param>
/// <param name="Waits">
/// All handlers that await the reply of another actor, the longest first. Those of ordinary grains whose calls are in a queue only with <c>ObserveCallers</c>.
/// </param>
/// <param name="Chains">Chains of waits that end at one of the handlers, or last longer than the threshold themselves.</param>
/// <param name="Deadlocks">Cycles of waits: current ones, and recent ones that have been ended.</param>
/// <param name="IsCut">Whether there are more entries than are listed.</param>
/// <param name="Quarantines">The quarantines in force: messages of paused actors wait, without a handler.</param>
/// <param name="PossibleDeadlocks">Cycles of asks between actor types since the hosts started, whether one has ever closed or not.</param>
/// <param name="Hosts">The hosts that the answer comes from.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.StuckView")]
public sealed record StuckView(
    [property: Id(0)] double SlowAfterMs, [property: Id(1)] IReadOnlyList<StuckHandler> Handlers,
    [property: Id(2)] IReadOnlyList<ActorWait> Waits, [property: Id(3)] IReadOnlyList<WaitChain> Chains,
    [property: Id(4)] IReadOnlyList<DeadlockView> Deadlocks, [property: Id(5)] bool IsCut,
    [property: Id(7)] IReadOnlyList<Quarantine> Quarantines, [property: Id(8)] IReadOnlyList<PossibleDeadlock> PossibleDeadlocks,
    [property: Id(6)] HostAnswers Hosts);

/// <summary>A handler that runs longer than the threshold.</summary>
/// <param name="ActorType">The actor's type.</param>
/// <param name="ActorId">The actor's id.</param>
/// <param name="Host">The actor's host.</param>
/// <param name="MessageType">The type of the message that it handles; null for a timer, a reminder or a restart.</param>
/// <param name="MessageId">The message id.</param>
/// <param name="CorrelationId">The correlation id.</param>
/// <param name="Since">When the handler started.</param>
/// <param name="ForMs">How long it has been running, in ms.</param>
/// <param name="BlocksThread">Whether it blocks a thread instead of awaiting.</param>
/// <param name="Reason">
/// <c>slow</c>: it is busy, or awaits something other than an actor; <c>blocked</c>: it awaits the reply of another actor;
/// <c>cycle</c>: it waits in a cycle of actors.
/// </param>
/// <param name="Stack">Where it stands; null for those beyond the first hundred of a host, and from hosts of an earlier version.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.StuckHandler")]
public sealed record StuckHandler(
    [property: Id(0)] string ActorType, [property: Id(1)] string ActorId, [property: Id(2)] string Host,
    [property: Id(3)] string? MessageType, [property: Id(4)] Guid? MessageId, [property: Id(5)] Guid? CorrelationId,
    [property: Id(6)] DateTimeOffset Since, [property: Id(7)] double ForMs, [property: Id(8)] bool BlocksThread,
    [property: Id(9)] string Reason, [property: Id(10)] HandlerPosition? Stack)
{
    /// <summary>Whether the reason is that of this handler itself, by its stack, whatever its actor waits for; false from hosts of an earlier version.</summary>
    [Id(11)]
    internal bool IsOwnReason { get; init; }
}

/// <summary>An actor that waits for the reply of another actor.</summary>
/// <param name="ActorType">The type of the waiting actor.</param>
/// <param name="ActorId">The id of the waiting actor.</param>
/// <param name="Host">The host of the waiting actor; empty if only the host of the receiver knows of the wait.</param>
/// <param name="For">The message whose reply it awaits.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.ActorWait")]
public sealed record ActorWait(
    [property: Id(0)] string ActorType, [property: Id(1)] string ActorId, [property: Id(2)] string Host,
    [property: Id(3)] AwaitedAnswer For)
{
    /// <summary>
    /// Whether the ordinary grain takes no other call until this wait ends, as far as its host knows: only then can it be part of a deadlock. False from hosts
    /// of an earlier version, and for Choir's actors, of which it is always so.
    /// </summary>
    [Id(4)]
    internal bool HoldsUpGrain { get; init; }

    /// <summary>Whether it is of an ask whose answer nobody in the grain awaits. False if that is not known, and from hosts of an earlier version.</summary>
    [Id(5)]
    internal bool IsNotAwaited { get; init; }
}

/// <summary>A chain of actors of which each waits for the next.</summary>
/// <param name="Path">The actors as <c>type/id</c>; the last one waits for no actor.</param>
/// <param name="MessageTypes">The types of the messages whose replies they await: one fewer than actors.</param>
/// <param name="ForMs">How long the last of these replies has been awaited, in ms.</param>
/// <param name="IsHeldUp">Whether the last actor's handler runs longer than the threshold.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.WaitChain")]
public sealed record WaitChain(
    [property: Id(0)] IReadOnlyList<string> Path, [property: Id(1)] IReadOnlyList<string> MessageTypes,
    [property: Id(2)] double ForMs, [property: Id(3)] bool IsHeldUp);

/// <summary>A cycle of actors of which each waits for the next.</summary>
/// <param name="Path">The actors as <c>type/id</c>; the last entry is the first actor again.</param>
/// <param name="At">When it arose: when the latest of its waits began.</param>
/// <param name="MessageType">The type of the message that closed it: that of the latest wait.</param>
/// <param name="IsOver">Whether it was ended: of Choir's actors the message that closes a cycle gets <c>ERROR deadlock</c> at once.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.DeadlockView")]
public sealed record DeadlockView(
    [property: Id(0)] IReadOnlyList<string> Path, [property: Id(1)] DateTimeOffset At,
    [property: Id(2)] string MessageType, [property: Id(3)] bool IsOver);
