using Choir.Actors.Operations;
using Orleans;

namespace Choir.Actors.Inspection;

/// <summary>One actor: its current activity, and its recorded messages and state changes.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Id">Its id.</param>
/// <param name="Live">The active actor; null if it is not active. The inspection does not activate it.</param>
/// <param name="Messages">Its last messages in the flight recorder, the newest first.</param>
/// <param name="StateChanges">The last changes of its state, the newest first.</param>
/// <param name="Quarantines">Its quarantines and those of its type.</param>
/// <param name="Hosts">The hosts that the answer comes from.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.ActorView")]
public sealed record ActorView(
    [property: Id(0)] string Type, [property: Id(1)] string Id, [property: Id(2)] LiveActor? Live,
    [property: Id(3)] IReadOnlyList<MessageHop> Messages, [property: Id(4)] IReadOnlyList<StateChange> StateChanges,
    [property: Id(6)] IReadOnlyList<Quarantine> Quarantines, [property: Id(5)] HostAnswers Hosts)
{
    /// <summary>
    /// How long a host has been loading it, in ms: its state is read, or it starts, and messages to it wait. Null if no host is; of
    /// ordinary grains it is not known.
    /// </summary>
    [Id(7)]
    public double? LoadingForMs { get; init; }
}

/// <summary>An active actor.</summary>
/// <param name="Host">Its host's name.</param>
/// <param name="QueueLength">Waiting messages; null for an ordinary grain, whose queue Orleans does not report.</param>
/// <param name="Running">The message that it handles, of several the first; null if there is none.</param>
/// <param name="WaitsFor">The messages whose replies its handler awaits.</param>
/// <param name="State">Its state; null if it has none.</param>
/// <param name="UpkeepForMs">How long a timer, a reminder or a restart of it has been running, in ms; null if none runs.</param>
/// <param name="StateSizeBytes">The size of its stored states, in bytes; 0 if nothing is stored, null if it is not known.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.LiveActor")]
public sealed record LiveActor(
    [property: Id(0)] string Host, [property: Id(1)] int? QueueLength, [property: Id(2)] RunningMessage? Running,
    [property: Id(3)] IReadOnlyList<AwaitedAnswer> WaitsFor, [property: Id(4)] StateSnapshot? State,
    [property: Id(5)] double? UpkeepForMs = null, [property: Id(6)] int? StateSizeBytes = null)
{
    /// <summary>When it is restarted; null if it does not wait for a restart. Until then it handles nothing, and its messages wait.</summary>
    [Id(7)]
    public DateTimeOffset? RestartsAt { get; init; }

    /// <summary>The messages that failed in a row, which is why it is restarted; null if it does not wait for a restart.</summary>
    [Id(8)]
    public int? FailuresInARow { get; init; }
}

/// <summary>A message that an actor handles.</summary>
/// <param name="MessageId">The message id; null if it is not known, as of a grain's call that is not traced.</param>
/// <param name="MessageType">The message type.</param>
/// <param name="CorrelationId">The correlation id; null if it is not known.</param>
/// <param name="Since">When its handler started.</param>
/// <param name="ForMs">How long the handler has been running, in ms.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.RunningMessage")]
public sealed record RunningMessage(
    [property: Id(0)] Guid? MessageId, [property: Id(1)] string MessageType, [property: Id(2)] Guid? CorrelationId,
    [property: Id(3)] DateTimeOffset Since, [property: Id(4)] double ForMs);

/// <summary>A message whose reply a handler awaits.</summary>
/// <param name="ActorType">The type of the receiving actor.</param>
/// <param name="ActorId">The id of the receiving actor.</param>
/// <param name="MessageId">The message id.</param>
/// <param name="MessageType">The message type.</param>
/// <param name="Since">When it was sent.</param>
/// <param name="ForMs">How long the reply has been awaited, in ms.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.AwaitedAnswer")]
public sealed record AwaitedAnswer(
    [property: Id(0)] string ActorType, [property: Id(1)] string ActorId, [property: Id(2)] Guid MessageId,
    [property: Id(3)] string MessageType, [property: Id(4)] DateTimeOffset Since, [property: Id(5)] double ForMs);

/// <summary>The current state of an actor.</summary>
/// <param name="Json">The state as JSON without secrets; not valid JSON if it is cut.</param>
/// <param name="IsCut">Whether it was cut at 65,536 characters.</param>
/// <param name="Version">The stored version; null if the storage has no versions, or nothing is stored yet.</param>
/// <param name="SizeBytes">The stored size, in bytes; 0 if nothing is stored.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.StateSnapshot")]
public sealed record StateSnapshot(
    [property: Id(0)] string Json, [property: Id(1)] bool IsCut, [property: Id(2)] long? Version,
    [property: Id(3)] int SizeBytes);
