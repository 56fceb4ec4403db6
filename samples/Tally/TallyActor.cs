using Choir.Actors;

namespace Samples.Apples;

/// <summary>The state of a tally, and its reply.</summary>
public sealed record Tally(int Count = 0);

/// <summary>The data of the message <c>ADD</c>.</summary>
public sealed record Add(int Amount);

/// <summary>Counts one kind of thing; its id is the name of the thing.</summary>
public sealed class TallyActor : Actor<Tally>
{
    [Handles("ADD")]
    public async Task<Tally> Add(Add message, MessageContext context)
    {
        await UpdateState(State with { Count = State.Count + message.Amount });
        return State;
    }
}
