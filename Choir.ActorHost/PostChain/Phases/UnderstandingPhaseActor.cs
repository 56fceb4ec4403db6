using Choir.Actors;
using Choir.Contracts.Threads;

namespace Choir.ActorHost.PostChain;

/// <summary>What to let go: pieces that repeat others or serve nothing; long ones become shorter.</summary>
internal sealed class UnderstandingPhaseActor(PhaseWorkshop workshop) : PhaseActor(workshop)
{
    protected override Phase Phase => Phase.Understanding;

    [Handles(PostChainMessages.ProcessObservation)]
    public Task Process(PhasePayload payload, MessageContext context) => StepAsync(payload, context.CancellationToken);
}
