using System.Text.Json;
using Choir.ActorHost.PostChain.Context;
using Choir.ActorHost.PostChain.Model;
using Choir.Actors;
using Choir.Contracts.Threads;
using Choir.Storage;

namespace Choir.ActorHost.PostChain;

/// <summary>
/// One phase of one thread (its id is the thread's). Takes its step of a cycle, saves it, and only then hands over: so
/// a step that was saved can always be handed over again, and one that was not is simply taken again.
/// </summary>
internal abstract class PhaseActor(PhaseWorkshop workshop) : Actor
{
    protected PhaseWorkshop Workshop { get; } = workshop;

    protected abstract Phase Phase { get; }

    /// <summary>Thinks the phase through.</summary>
    /// <param name="payload">What the phase before handed over.</param>
    /// <param name="context">The context so far.</param>
    /// <param name="cancellationToken">Time is up.</param>
    protected virtual Task<PhaseThought> ThinkAsync(
        PhasePayload payload, WorkingContext context, CancellationToken cancellationToken) =>
        Workshop.Thinker.ThinkAsync(TaskOf(payload, context), cancellationToken);

    /// <summary>What is kept with the saved step beside its output and operations; null for nothing.</summary>
    protected virtual JsonElement? Outcome(PhasePayload payload, WorkingContext context, PhaseThought thought) => null;

    /// <summary>Tells whoever is next.</summary>
    /// <param name="payload">What the phase before handed over.</param>
    /// <param name="saved">The step as it is saved.</param>
    protected virtual void HandOver(PhasePayload payload, SavedPhase saved)
    {
        var (actor, message) = PostChainMessages.Step(Phase + 1);
        Tell(new ActorAddress(actor, Id), message, payload.With(saved.Operations));
    }

    protected PhaseTask TaskOf(PhasePayload payload, WorkingContext context) =>
        new(Phase, payload.RecursionState.CycleCount, payload.Content, context.Pieces);

    /// <summary>Takes the step.</summary>
    protected async Task StepAsync(PhasePayload payload, CancellationToken cancellationToken)
    {
        try
        {
            var saved = await TakeAsync(payload, cancellationToken);
            if (await Workshop.Threads.SavePhaseAsync(saved, cancellationToken))
            {
                Workshop.Metrics.PhaseTaken(Phase, saved.DurationMs);
                HandOver(payload, saved);
            }
            else
            {
                await HandOverAgainAsync(payload, cancellationToken);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            var reason = e is ModelException ? e.Message : $"The {Phase} phase failed; the host's log says why.";
            Tell(
                new ActorAddress(ThreadMessages.ActorType, Id),
                PostChainMessages.PhaseFailed,
                new PhaseFailed(payload.CycleId, Phase, reason));
            throw;
        }
    }

    private async Task<SavedPhase> TakeAsync(PhasePayload payload, CancellationToken cancellationToken)
    {
        var startedAt = Time.GetUtcNow();
        var started = Time.GetTimestamp();
        var context = WorkingContext.Of(payload.ContextOperations);
        var thought = await ThinkAsync(payload, context, cancellationToken);
        return new SavedPhase(
            Guid.Parse(payload.CycleId),
            payload.RecursionState.CycleCount,
            Phase,
            PhaseStatus.Completed,
            thought.Output,
            thought.Operations ?? [],
            Outcome(payload, context, thought),
            startedAt,
            Time.GetElapsedTime(started).TotalMilliseconds);
    }

    /// <summary>The step was taken before, or its cycle has ended: what was saved then counts, if nobody went on with it.</summary>
    private async Task HandOverAgainAsync(PhasePayload payload, CancellationToken cancellationToken)
    {
        var phases = await Workshop.Threads.GetPhasesAsync(Guid.Parse(payload.CycleId), cancellationToken);
        if (phases.Count > 0 && phases[^1] is var last
            && last.Phase == Phase && last.Round == payload.RecursionState.CycleCount)
        {
            HandOver(payload, last);
        }
    }
}
