using Choir.ActorHost.PostChain.Context;
using Choir.ActorHost.PostChain.Model;
using Choir.Actors;
using Choir.Contracts.Threads;

namespace Choir.ActorHost.PostChain;

/// <summary>The past: what earlier cycles, of this thread and of all others, said about the input.</summary>
internal sealed class ExperiencePhaseActor(PhaseWorkshop workshop) : PhaseActor(workshop)
{
    private const int MaxHits = 20;

    protected override Phase Phase => Phase.Experience;

    [Handles(PostChainMessages.ProcessAction)]
    public Task Process(PhasePayload payload, MessageContext context) => StepAsync(payload, context.CancellationToken);

    protected override async Task<PhaseThought> ThinkAsync(
        PhasePayload payload, WorkingContext context, CancellationToken cancellationToken)
    {
        var query = Retrieval.Query(context);
        var found = await SearchAsync(query, payload.CycleId, cancellationToken);
        var sources = Retrieval.Sources(context, query, found, payload.RecursionState.CycleCount);
        var widened = WorkingContext.Of([.. payload.ContextOperations, .. sources]);
        var thought = await Workshop.Thinker.ThinkAsync(TaskOf(payload, widened), cancellationToken);
        return thought with { Operations = sources };
    }

    private async Task<IEnumerable<Recollection>> SearchAsync(string query, string cycleId, CancellationToken cancellationToken)
    {
        var hits = await Workshop.Knowledge.SearchAsync(
            query, excludeCycle: Guid.Parse(cycleId), limit: MaxHits, cancellationToken: cancellationToken);
        return hits.GroupBy(hit => (hit.ThreadId, hit.CycleId)).Select(cycle => new Recollection(
            cycle.Key.ThreadId,
            cycle.Key.CycleId,
            cycle.Max(hit => hit.Rank),
            string.Join("\n\n", cycle.Select(hit => hit.Passage))));
    }
}
