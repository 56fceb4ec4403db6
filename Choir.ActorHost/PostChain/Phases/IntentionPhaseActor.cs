using Choir.Actors;
using Choir.Contracts.Threads;

namespace Choir.ActorHost.PostChain;

/// <summary>Intention: finds the goals in the input and weights each piece of context by them.</summary>
internal sealed class IntentionPhaseActor(PhaseServices services) : PhaseActor(services)
{
    protected override Phase Phase => Phase.Intention;

    [Handles(PostChainMessages.ProcessExperience)]
    public Task Process(PhasePayload payload, MessageContext context) => StepAsync(payload, context.CancellationToken);
}
