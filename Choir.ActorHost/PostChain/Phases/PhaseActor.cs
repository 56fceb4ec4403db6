using System.Text.Json;
using Choir.ActorHost.PostChain.Context;
using Choir.ActorHost.PostChain.Model;
using Choir.Actors;
using Choir.Contracts.Threads;
using Choir.Storage;

namespace Choir.ActorHost.PostChain;

/// <summary>
/// One phase of one thread (its id is the thread's). Runs the phase for a cycle, saves the result, and only then sends it to
/// the next phase. After a crash a saved result can be sent again, and an unsaved phase is run again.
/// </summary>
internal abstract class PhaseActor(PhaseServices services) : Actor
{
    protected PhaseServices Services { get; } = services;

    protected abstract Phase Phase { get; }

    protected virtual Task<PhaseResult> RunModelAsync(
        PhasePayload payload, WorkingContext context, CancellationToken cancellationToken) =>
        Services.Model.RunModelAsync(TaskOf(payload, context), cancellationToken);

    /// <summary>Data saved with the phase beside its output and operations; null for none.</summary>
    protected virtual JsonElement? Outcome(PhasePayload payload, WorkingContext context, PhaseResult result) => null;

    /// <summary>Sends the saved result to the next actor.</summary>
    protected virtual void HandOver(PhasePayload payload, SavedPhase saved)
    {
        var (actor, message) = PostChainMessages.Step(Phase + 1);
        Tell(new ActorAddress(actor, Id), message, payload.With(saved.Operations));
    }

    protected PhaseTask TaskOf(PhasePayload payload, WorkingContext context) =>
        new(Phase, payload.RecursionState.CycleCount, payload.Content, context.Pieces);

    /// <summary>Runs the phase, saves its result and sends it on.</summary>
    protected async Task StepAsync(PhasePayload payload, CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(payload.CycleId, out _))
        {
            throw new ActorErrorException(ErrorCodes.InvalidData, "The cycle id is not a UUID.");
        }

        try
        {
            var saved = await RunPhaseAsync(payload, cancellationToken);
            if (await Services.Threads.SavePhaseAsync(saved, cancellationToken))
            {
                Services.Metrics.PhaseSaved(Phase, saved.DurationMs);
                HandOver(payload, saved);
            }
            else
            {
                await HandOverAgainAsync(payload, cancellationToken);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            var fault = DatabaseFault.Of(e);
            // What is wrong with the database is no fault of the cycle, unless it refuses the cycle's own data.
            var isTransient = fault is { IsOfData: false };
            var reason = e is ModelException or UnstorableTextException ? e.Message
                : fault is not null ? $"The database could not be used: {fault.Reason}."
                : $"The {Phase} phase failed; the host's log says why.";
            Tell(
                new ActorAddress(ThreadMessages.ActorType, Id),
                PostChainMessages.PhaseFailed,
                new PhaseFailed(payload.CycleId, Phase, reason, isTransient));
            throw;
        }
    }

    private async Task<SavedPhase> RunPhaseAsync(PhasePayload payload, CancellationToken cancellationToken)
    {
        var startedAt = Time.GetUtcNow();
        var started = Time.GetTimestamp();
        var context = WorkingContext.Of(payload.ContextOperations);
        var result = await RunModelAsync(payload, context, cancellationToken);
        return new SavedPhase(
            Guid.Parse(payload.CycleId),
            payload.RecursionState.CycleCount,
            Phase,
            PhaseStatus.Completed,
            result.Output,
            result.Operations ?? [],
            Outcome(payload, context, result),
            startedAt,
            Time.GetElapsedTime(started).TotalMilliseconds);
    }

    /// <summary>The phase was saved before, or its cycle has ended. The saved result is sent again if it is the last one.</summary>
    private async Task HandOverAgainAsync(PhasePayload payload, CancellationToken cancellationToken)
    {
        var phases = await Services.Threads.GetPhasesAsync(Guid.Parse(payload.CycleId), cancellationToken);
        if (phases.Count > 0 && phases[^1] is var last
            && last.Phase == Phase && last.Round == payload.RecursionState.CycleCount)
        {
            HandOver(payload, last);
        }
    }
}
