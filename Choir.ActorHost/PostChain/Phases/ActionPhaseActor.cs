using Choir.ActorHost.PostChain.Context;
using Choir.ActorHost.PostChain.Model;
using Choir.ActorHost.PostChain.Model.Embedded;
using Choir.Actors;
using Choir.Contracts.Threads;

namespace Choir.ActorHost.PostChain;

/// <summary>Action: describes the input and splits it into the context's first pieces.</summary>
internal sealed class ActionPhaseActor(PhaseServices services) : PhaseActor(services)
{
    protected override Phase Phase => Phase.Action;

    [Handles(PostChainMessages.ProcessInput)]
    public Task Process(PhasePayload payload, MessageContext context) => StepAsync(payload, context.CancellationToken);

    protected override async Task<PhaseResult> RunModelAsync(
        PhasePayload payload, WorkingContext context, CancellationToken cancellationToken)
    {
        var task = TaskOf(payload, context);
        if (payload.RecursionState.CycleCount == 0 && payload.ContentLength > payload.Content.Length)
        {
            task = task with { Content = await ReadInputAsync(payload, cancellationToken) };
        }

        var result = await Services.Model.RunModelAsync(task, cancellationToken);

        // All later phases need pieces. If the model returned none, those of the embedded model are used.
        var isFramed = task.Round > 0 || WorkingContext.Of(result.Operations ?? []) is { Frame: not null, Pieces.Count: > 1 };
        return isFramed ? result : result with { Operations = EmbeddedChatClient.Run(task).Operations };
    }

    private async Task<string> ReadInputAsync(PhasePayload payload, CancellationToken cancellationToken)
    {
        var cycle = await Services.Threads.GetCycleAsync(Id, payload.CycleId, cancellationToken);
        return cycle?.Content ?? throw new InvalidOperationException($"There is no cycle {payload.CycleId} in thread {Id}.");
    }
}
