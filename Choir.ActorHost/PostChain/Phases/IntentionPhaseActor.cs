using Choir.Actors;
using Choir.Contracts.Threads;

namespace Choir.ActorHost.PostChain;

/// <summary>The desired future: the goals in the input, and how each piece of context serves them.</summary>
internal sealed class IntentionPhaseActor(PhaseWorkshop workshop) : PhaseActor(workshop)
{
    protected override Phase Phase => Phase.Intention;

    [Handles(PostChainMessages.ProcessExperience)]
    public Task Process(PhasePayload payload, MessageContext context) => StepAsync(payload, context.CancellationToken);
}
