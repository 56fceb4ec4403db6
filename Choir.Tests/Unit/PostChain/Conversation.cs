using System.Text.Json;
using Choir.ActorHost.PostChain;
using Choir.ActorHost.PostChain.Context;
using Choir.ActorHost.PostChain.Model;
using Choir.ActorHost.PostChain.Model.Embedded;
using Choir.Actors;
using Choir.Contracts.Threads;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;

namespace Choir.Tests.Unit.PostChain;

/// <summary>Takes an input through the six phases with the embedded model, without actors and without a store.</summary>
internal static class Conversation
{
    public static async Task<Round> RunAsync(
        string content, IReadOnlyList<Recollection>? known = null, IChatClient? client = null, ModelOptions? options = null)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var thinker = new PhaseThinker(client ?? new EmbeddedChatClient(), Options.Create(options ?? new ModelOptions()));
        var operations = new List<ContextOperation>();
        var outputs = new Dictionary<Phase, PhaseThought>();
        foreach (var phase in Enum.GetValues<Phase>())
        {
            if (phase == Phase.Experience)
            {
                var context = WorkingContext.Of(operations);
                operations.AddRange(Retrieval.Sources(context, Retrieval.Query(context), known ?? [], 0));
            }

            var pieces = WorkingContext.Of(operations).Pieces;
            var thought = await thinker.ThinkAsync(
                new PhaseTask(phase, 0, phase == Phase.Action ? content : ContentHead.Of(content), pieces), cancellation);
            outputs[phase] = thought;
            operations.AddRange(thought.Operations ?? []);
        }

        var final = WorkingContext.Of(operations);
        var answer = outputs[Phase.Yield].Output;
        return new Round(Wording.WithSources(answer, final), Wording.Cited(answer, final), outputs, operations);
    }

    /// <summary>The round as text, for comparing two.</summary>
    public static string Dump(Round round) => JsonSerializer.Serialize(round, ActorJson.Options);
}

internal sealed record Round(
    string Answer,
    IReadOnlyList<CycleSource> Sources,
    IReadOnlyDictionary<Phase, PhaseThought> Thoughts,
    IReadOnlyList<ContextOperation> Operations);
