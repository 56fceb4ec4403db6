using Choir.Actors;

namespace Choir.LoadTest.Limits;

/// <summary>The state of a <see cref="CountingActor"/>.</summary>
/// <param name="Count">The number of messages.</param>
/// <param name="Note">A text that makes the state about as large as the row of the comparison.</param>
[GenerateSerializer]
public sealed record Counted([property: Id(0)] long Count = 0, [property: Id(1)] string Note = "A lighthouse warns ships of rocks, and guides them home at night.");

/// <summary>An actor that stores its state with each message.</summary>
[Actor(TypeName)]
public sealed class CountingActor : Actor<Counted>
{
    /// <summary>The name of the actor type.</summary>
    public const string TypeName = "counting_actor";

    /// <summary>The message type.</summary>
    public const string Count = "COUNT";

    /// <summary>Adds one, and replies when that is stored.</summary>
    /// <param name="context">The message.</param>
    [Handles(Count)]
    public Task CountAsync(MessageContext context) => UpdateState(State with { Count = State.Count + 1 });
}
