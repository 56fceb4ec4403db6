using Choir.ActorHost.PostChain.Context;
using Choir.ActorHost.PostChain.Model;
using Choir.Actors;
using Choir.Contracts.Threads;

namespace Choir.ActorHost.PostChain;

/// <summary>Experience: adds the earlier cycles of all threads that match the input.</summary>
internal sealed class ExperiencePhaseActor(PhaseServices services) : PhaseActor(services)
{
    private const int MaxHits = 20;

    protected override Phase Phase => Phase.Experience;

    [Handles(PostChainMessages.ProcessAction)]
    public Task Process(PhasePayload payload, MessageContext context) => StepAsync(payload, context.CancellationToken);

    protected override async Task<PhaseResult> RunModelAsync(
        PhasePayload payload, WorkingContext context, CancellationToken cancellationToken)
    {
        var query = Retrieval.Query(context);
        var found = await SearchAsync(query, payload.CycleId, cancellationToken);
        var sources = Retrieval.Sources(context, query, found, payload.RecursionState.CycleCount);
        var extended = WorkingContext.Of([.. payload.ContextOperations, .. sources]);
        var result = await Services.Model.RunModelAsync(TaskOf(payload, extended), cancellationToken);
        return result with { Operations = sources };
    }

    private async Task<IEnumerable<EarlierCycle>> SearchAsync(string query, string cycleId, CancellationToken cancellationToken)
    {
        var hits = await Services.Knowledge.SearchAsync(
            query, excludeCycle: Guid.Parse(cycleId), limit: MaxHits, cancellationToken: cancellationToken);
        return hits.GroupBy(hit => (hit.ThreadId, hit.CycleId)).Select(cycle => new EarlierCycle(
            cycle.Key.ThreadId,
            cycle.Key.CycleId,
            cycle.Max(hit => hit.Rank),
            string.Join("\n\n", cycle.Select(hit => hit.Passage))));
    }
}
