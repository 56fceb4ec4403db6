using Choir.ActorHost.PostChain.Context;
using Choir.Contracts.Threads;
using Choir.Storage;

namespace Choir.ActorHost.PostChain;

/// <summary>How a payload grows from phase to phase, and is made again from what was saved.</summary>
internal static class PhasePayloads
{
    /// <summary>What a cycle begins with.</summary>
    public static PhasePayload Begin(string cycleId, string content, int maxCycles) => new(
        cycleId,
        ContentHead.Of(content),
        content.Length,
        [],
        new RecursionState(0, [$"max_cycles:{maxCycles}", "answer_covered", "nothing_new_found"]));

    /// <summary>The payload after a phase has done its operations.</summary>
    public static PhasePayload With(this PhasePayload payload, IReadOnlyList<ContextOperation> operations) =>
        payload with { ContextOperations = [.. payload.ContextOperations, .. operations] };

    /// <summary>The payload of the next round: the context as it has become, in one operation a piece.</summary>
    public static PhasePayload NextRound(this PhasePayload payload) => payload with
    {
        ContextOperations = WorkingContext.Of(payload.ContextOperations).ToOperations(),
        RecursionState = payload.RecursionState with { CycleCount = payload.RecursionState.CycleCount + 1 },
    };

    /// <summary>The payload after the phases that were saved: the very one that the last of them handed over.</summary>
    public static PhasePayload After(this PhasePayload begin, IEnumerable<SavedPhase> phases)
    {
        var payload = begin;
        foreach (var phase in phases.Where(phase => phase.Status == PhaseStatus.Completed))
        {
            payload = phase.Round > payload.RecursionState.CycleCount ? payload.NextRound() : payload;
            payload = payload.With(phase.Operations);
        }

        return payload;
    }
}
