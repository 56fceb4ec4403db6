using System.Text.Json;
using Choir.ActorHost.PostChain.Context;
using Choir.ActorHost.PostChain.Model;
using Choir.Actors;
using Choir.Contracts.Threads;
using Choir.Storage;

namespace Choir.ActorHost.PostChain;

/// <summary>Yield: the answer, and whether the cycle runs another round.</summary>
internal sealed class YieldPhaseActor(PhaseServices services) : PhaseActor(services)
{
    protected override Phase Phase => Phase.Yield;

    [Handles(PostChainMessages.ProcessUnderstanding)]
    public Task Process(PhasePayload payload, MessageContext context) => StepAsync(payload, context.CancellationToken);

    protected override async Task<PhaseResult> RunModelAsync(
        PhasePayload payload, WorkingContext context, CancellationToken cancellationToken)
    {
        var result = await base.RunModelAsync(payload, context, cancellationToken);

        // The number of rounds is limited, and after a round without new sources another one would find nothing new either.
        var round = payload.RecursionState.CycleCount;
        var isNew = context.Sources.Any(source => source.Number("round") == round);
        var answer = Wording.WithSources(result.Output, context);
        return result with { Output = answer, Again = result.Again && isNew && round + 1 < Services.Options.MaxCycles };
    }

    protected override JsonElement? Outcome(PhasePayload payload, WorkingContext context, PhaseResult result) =>
        JsonSerializer.SerializeToElement(
            result.Again
                ? new YieldOutcome(null, null)
                : new YieldOutcome(
                    new CycleResult(result.Output, Wording.Cited(result.Output, context)),
                    Services.Model.GeneratesText ? result.Output : null),
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

/// <summary>The outcome of a round, saved with the Yield phase, so that the cycle can be resumed from it.</summary>
/// <param name="Result">The answer; null if the cycle runs another round.</param>
/// <param name="Learned">The answer to index for later cycles; null if it only quotes the input and earlier cycles.</param>
internal sealed record YieldOutcome(CycleResult? Result, string? Learned)
{
    /// <summary>The outcome of a saved phase. If it cannot be read, the phase's output is the answer, without sources.</summary>
    public static YieldOutcome Of(SavedPhase saved)
    {
        try
        {
            if (saved.Payload?.Deserialize<YieldOutcome>(ActorJson.Options) is { } outcome)
            {
                return outcome;
            }
        }
        catch (JsonException)
        {
            // Another version of Choir may have stored it in another form.
        }

        return new YieldOutcome(new CycleResult(saved.Output ?? "", []), null);
    }
}
