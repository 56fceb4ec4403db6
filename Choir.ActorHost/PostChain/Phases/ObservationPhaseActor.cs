using Choir.Actors;
using Choir.Contracts.Threads;

namespace Choir.ActorHost.PostChain;

/// <summary>Observation: tags each piece of context and links related ones.</summary>
internal sealed class ObservationPhaseActor(PhaseServices services) : PhaseActor(services)
{
    protected override Phase Phase => Phase.Observation;

    [Handles(PostChainMessages.ProcessIntention)]
    public Task Process(PhasePayload payload, MessageContext context) => StepAsync(payload, context.CancellationToken);
}
