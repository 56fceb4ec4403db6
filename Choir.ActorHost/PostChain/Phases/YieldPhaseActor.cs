using System.Text.Json;
using Choir.ActorHost.PostChain.Context;
using Choir.ActorHost.PostChain.Model;
using Choir.Actors;
using Choir.Contracts.Threads;
using Choir.Storage;

namespace Choir.ActorHost.PostChain;

/// <summary>The answer, and whether the cycle goes round again.</summary>
internal sealed class YieldPhaseActor(PhaseWorkshop workshop) : PhaseActor(workshop)
{
    protected override Phase Phase => Phase.Yield;

    [Handles(PostChainMessages.ProcessUnderstanding)]
    public Task Process(PhasePayload payload, MessageContext context) => StepAsync(payload, context.CancellationToken);

    protected override async Task<PhaseThought> ThinkAsync(
        PhasePayload payload, WorkingContext context, CancellationToken cancellationToken)
    {
        var thought = await base.ThinkAsync(payload, context, cancellationToken);

        // Whatever the model wishes: the rounds are bounded, and one that found nothing new would find nothing next time.
        var round = payload.RecursionState.CycleCount;
        var isNew = context.Sources.Any(source => source.Number("round") == round);
        var answer = Wording.WithSources(thought.Output, context);
        return thought with { Output = answer, Again = thought.Again && isNew && round + 1 < Workshop.Options.MaxCycles };
    }

    protected override JsonElement? Outcome(PhasePayload payload, WorkingContext context, PhaseThought thought) =>
        JsonSerializer.SerializeToElement(
            thought.Again
                ? new YieldOutcome(null, null)
                : new YieldOutcome(
                    new CycleResult(thought.Output, Wording.Cited(thought.Output, context)),
                    Workshop.Thinker.AddsWords ? thought.Output : null),
            ActorJson.Options);

    protected override void HandOver(PhasePayload payload, SavedPhase saved)
    {
        var outcome = YieldOutcome.Of(saved);
        if (outcome.Result is { } result)
        {
            Tell(
                new ActorAddress(ThreadMessages.ActorType, Id),
                PostChainMessages.CycleComplete,
                new CycleComplete(payload.CycleId, result, outcome.Learned));
        }
        else
        {
            var (actor, message) = PostChainMessages.Step(Phase.Action);
            Tell(new ActorAddress(actor, Id), message, payload.With(saved.Operations).NextRound());
        }
    }
}

/// <summary>What came of a round: kept with the Yield phase's step, so that the cycle can go on from it.</summary>
/// <param name="Result">The answer; null where the cycle goes round again.</param>
/// <param name="Learned">What later cycles may find of the answer; null where it only repeats the input and earlier ones.</param>
internal sealed record YieldOutcome(CycleResult? Result, string? Learned)
{
    public static YieldOutcome Of(SavedPhase saved) =>
        saved.Payload?.Deserialize<YieldOutcome>(ActorJson.Options)
        ?? throw new InvalidOperationException($"Cycle {saved.CycleId} has a Yield phase without an outcome.");
}
