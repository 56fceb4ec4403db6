using Choir.Actors;
using Choir.Contracts.Threads;

namespace Choir.ActorHost.PostChain;

/// <summary>What to keep: what each piece is about, and which belong together.</summary>
internal sealed class ObservationPhaseActor(PhaseWorkshop workshop) : PhaseActor(workshop)
{
    protected override Phase Phase => Phase.Observation;

    [Handles(PostChainMessages.ProcessIntention)]
    public Task Process(PhasePayload payload, MessageContext context) => StepAsync(payload, context.CancellationToken);
}
