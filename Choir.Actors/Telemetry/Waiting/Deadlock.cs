using Orleans;

namespace Choir.Actors;

/// <summary>A cycle of actors that waited for each other, and was answered.</summary>
/// <param name="At">When it closed.</param>
/// <param name="ActorType">The type of the actor at which it closed.</param>
/// <param name="MessageType">The message that closed it.</param>
/// <param name="Path">The actors, each waiting for the next, the last for the first.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Deadlock")]
public sealed record Deadlock(
    [property: Id(0)] DateTimeOffset At,
    [property: Id(1)] string ActorType,
    [property: Id(2)] string MessageType,
    [property: Id(3)] IReadOnlyList<string> Path);
