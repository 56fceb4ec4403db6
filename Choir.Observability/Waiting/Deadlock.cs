using Orleans;

namespace Choir.Actors;

/// <summary>A cycle of actors that waited for each other. The ask that closed it was answered with an error.</summary>
/// <param name="At">When the cycle was closed.</param>
/// <param name="ActorType">The type of the actor that got the message that closed it.</param>
/// <param name="MessageType">The type of the message that closed it.</param>
/// <param name="Path">The actors, each waiting for the next, the last for the first.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Deadlock")]
public sealed record Deadlock(
    [property: Id(0)] DateTimeOffset At,
    [property: Id(1)] string ActorType,
    [property: Id(2)] string MessageType,
    [property: Id(3)] IReadOnlyList<string> Path);
