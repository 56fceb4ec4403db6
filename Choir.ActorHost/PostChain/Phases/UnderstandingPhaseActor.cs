using Choir.Actors;
using Choir.Contracts.Threads;

namespace Choir.ActorHost.PostChain;

/// <summary>Understanding: removes pieces that repeat others or matter least, and shortens long ones.</summary>
internal sealed class UnderstandingPhaseActor(PhaseServices services) : PhaseActor(services)
{
    protected override Phase Phase => Phase.Understanding;

    [Handles(PostChainMessages.ProcessObservation)]
    public Task Process(PhasePayload payload, MessageContext context) => StepAsync(payload, context.CancellationToken);
}
