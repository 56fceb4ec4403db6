using Orleans;

namespace Choir.Actors.Inspection;

/// <summary>One actor: what it is doing, and what the hosts still hold of what it did.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Id">Its id.</param>
/// <param name="Live">The actor in memory; null if it is not. To look at it does not bring it there.</param>
/// <param name="Messages">Its last messages, the newest first, as far as the flight recorder holds them.</param>
/// <param name="StateChanges">The last changes of its state, the newest first.</param>
/// <param name="Hosts">Where the answer comes from.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.ActorView")]
public sealed record ActorView(
    [property: Id(0)] string Type,
    [property: Id(1)] string Id,
    [property: Id(2)] LiveActor? Live,
    [property: Id(3)] IReadOnlyList<MessageHop> Messages,
    [property: Id(4)] IReadOnlyList<StateChange> StateChanges,
    [property: Id(5)] HostAnswers Hosts);

/// <summary>An actor in memory.</summary>
/// <param name="Host">Where it is, as <c>name (address)</c>.</param>
/// <param name="QueueLength">Messages that wait.</param>
/// <param name="Running">The message in its hands; null if there is none.</param>
/// <param name="WaitsFor">The messages whose answers its handler awaits.</param>
/// <param name="State">Its state; null if it has none.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.LiveActor")]
public sealed record LiveActor(
    [property: Id(0)] string Host,
    [property: Id(1)] int QueueLength,
    [property: Id(2)] RunningMessage? Running,
    [property: Id(3)] IReadOnlyList<AwaitedAnswer> WaitsFor,
    [property: Id(4)] StateSnapshot? State);

/// <summary>A message in an actor's hands.</summary>
/// <param name="MessageId">The message.</param>
/// <param name="MessageType">Its type.</param>
/// <param name="CorrelationId">The message that began it all.</param>
/// <param name="Since">When its handler began.</param>
/// <param name="ForMs">For how long it has been running, in ms.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.RunningMessage")]
public sealed record RunningMessage(
    [property: Id(0)] Guid MessageId,
    [property: Id(1)] string MessageType,
    [property: Id(2)] Guid CorrelationId,
    [property: Id(3)] DateTimeOffset Since,
    [property: Id(4)] double ForMs);

/// <summary>A message whose answer a handler awaits.</summary>
/// <param name="ActorType">The type of the actor that is to answer.</param>
/// <param name="ActorId">The id of the actor that is to answer.</param>
/// <param name="MessageId">The message.</param>
/// <param name="MessageType">Its type.</param>
/// <param name="Since">When it was sent.</param>
/// <param name="ForMs">For how long the answer has been awaited, in ms.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.AwaitedAnswer")]
public sealed record AwaitedAnswer(
    [property: Id(0)] string ActorType,
    [property: Id(1)] string ActorId,
    [property: Id(2)] Guid MessageId,
    [property: Id(3)] string MessageType,
    [property: Id(4)] DateTimeOffset Since,
    [property: Id(5)] double ForMs);

/// <summary>An actor's state as it is now.</summary>
/// <param name="Json">The state as JSON, secrets taken out; if it is cut it is no JSON any more.</param>
/// <param name="IsCut">Whether it is longer than is shown, which is 65,536 characters.</param>
/// <param name="Version">The stored version; null where the storage has none, or nothing is stored yet.</param>
/// <param name="SizeBytes">The size as it is stored, in bytes; 0 where nothing is.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.StateSnapshot")]
public sealed record StateSnapshot(
    [property: Id(0)] string Json,
    [property: Id(1)] bool IsCut,
    [property: Id(2)] long? Version,
    [property: Id(3)] int SizeBytes);
