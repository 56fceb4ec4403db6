using Choir.ActorHost.PostChain.Context;
using Choir.Contracts.Threads;
using Choir.Storage;

namespace Choir.ActorHost.PostChain;

/// <summary>Builds the payload of each phase, also from saved phases.</summary>
internal static class PhasePayloads
{
    /// <summary>The payload of the first phase.</summary>
    public static PhasePayload Begin(string cycleId, string content, int maxCycles) => new(
        cycleId,
        ContentHead.Of(content),
        content.Length,
        [],
        new RecursionState(0, [$"max_cycles:{maxCycles}", "answer_covered", "nothing_new_found"]));

    /// <summary>The payload after the operations of a phase.</summary>
    public static PhasePayload With(this PhasePayload payload, IReadOnlyList<ContextOperation> operations) =>
        payload with { ContextOperations = [.. payload.ContextOperations, .. operations] };

    /// <summary>The payload of the next round: the current context, with one operation for each piece.</summary>
    public static PhasePayload NextRound(this PhasePayload payload) => payload with
    {
        ContextOperations = WorkingContext.Of(payload.ContextOperations).ToOperations(),
        RecursionState = payload.RecursionState with { CycleCount = payload.RecursionState.CycleCount + 1 },
    };

    /// <summary>The payload after the saved phases, equal to the one that the last of them sent.</summary>
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
