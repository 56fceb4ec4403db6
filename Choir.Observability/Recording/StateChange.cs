using Orleans;

namespace Choir.Actors;

/// <summary>A write of an actor's state, as the flight recorder keeps it.</summary>
/// <param name="ActorType">The actor's type.</param>
/// <param name="ActorId">The actor's id.</param>
/// <param name="At">When it was stored.</param>
/// <param name="Version">The version after the write; null if the storage has none.</param>
/// <param name="Size">The size of the state after the write, in bytes; null if the storage does not report it.</param>
/// <param name="Keys">The top-level keys that changed.</param>
/// <param name="MessageId">The message whose handler stored it; empty for a timer or a reminder.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.StateChange")]
public sealed record StateChange(
    [property: Id(0)] string ActorType,
    [property: Id(1)] string ActorId,
    [property: Id(2)] DateTimeOffset At,
    [property: Id(3)] long? Version,
    [property: Id(4)] int? Size,
    [property: Id(5)] IReadOnlyList<string> Keys,
    [property: Id(6)] Guid MessageId);
