using Choir.ActorHost.PostChain.Context;
using Choir.ActorHost.PostChain.Model;
using Choir.ActorHost.PostChain.Model.Embedded;
using Choir.Actors;
using Choir.Contracts.Threads;

namespace Choir.ActorHost.PostChain;

/// <summary>The immediate present: a first framing of the input, and the pieces of it that go on.</summary>
internal sealed class ActionPhaseActor(PhaseWorkshop workshop) : PhaseActor(workshop)
{
    protected override Phase Phase => Phase.Action;

    [Handles(PostChainMessages.ProcessInput)]
    public Task Process(PhasePayload payload, MessageContext context) => StepAsync(payload, context.CancellationToken);

    protected override async Task<PhaseThought> ThinkAsync(
        PhasePayload payload, WorkingContext context, CancellationToken cancellationToken)
    {
        var task = TaskOf(payload, context);
        if (payload.RecursionState.CycleCount == 0 && payload.ContentLength > payload.Content.Length)
        {
            task = task with { Content = await WholeInputAsync(payload, cancellationToken) };
        }

        var thought = await Workshop.Thinker.ThinkAsync(task, cancellationToken);

        // All later phases rest on the pieces: a model that made none out of the input does not end the conversation.
        var isFramed = task.Round > 0 || WorkingContext.Of(thought.Operations ?? []) is { Frame: not null, Pieces.Count: > 1 };
        return isFramed ? thought : thought with { Operations = EmbeddedChatClient.Think(task).Operations };
    }

    private async Task<string> WholeInputAsync(PhasePayload payload, CancellationToken cancellationToken)
    {
        var cycle = await Workshop.Threads.GetCycleAsync(Id, payload.CycleId, cancellationToken);
        return cycle?.Content ?? throw new InvalidOperationException($"There is no cycle {payload.CycleId} in thread {Id}.");
    }
}
