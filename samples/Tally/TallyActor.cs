using Choir.Actors;

namespace Samples.Apples;

/// <summary>What a tally has counted: the actor's state, and its answer.</summary>
public sealed record Tally(int Count = 0);

/// <summary>Some more of it.</summary>
public sealed record Add(int Amount);

/// <summary>Counts one thing, whose name is its id.</summary>
public sealed class TallyActor : Actor<Tally>
{
    [Handles("ADD")]
    public async Task<Tally> Add(Add message, MessageContext context)
    {
        await UpdateState(State with { Count = State.Count + message.Amount });
        return State;
    }
}
