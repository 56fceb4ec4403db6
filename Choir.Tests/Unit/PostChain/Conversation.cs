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

/// <summary>Runs the six phases for an input with the embedded model, without actors and without a database.</summary>
internal static class Conversation
{
    public static async Task<Round> RunAsync(
        string content, IReadOnlyList<EarlierCycle>? known = null, IChatClient? client = null, ModelOptions? options = null)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var model = new PhaseModel(client ?? new EmbeddedChatClient(), Options.Create(options ?? new ModelOptions()));
        var operations = new List<ContextOperation>();
        var outputs = new Dictionary<Phase, PhaseResult>();
        foreach (var phase in Enum.GetValues<Phase>())
        {
            if (phase == Phase.Experience)
            {
                var context = WorkingContext.Of(operations);
                operations.AddRange(Retrieval.Sources(context, Retrieval.Query(context), known ?? [], 0));
            }

            var pieces = WorkingContext.Of(operations).Pieces;
            var result = await model.RunModelAsync(
                new PhaseTask(phase, 0, phase == Phase.Action ? content : ContentHead.Of(content), pieces), cancellation);
            outputs[phase] = result;
            operations.AddRange(result.Operations ?? []);
        }

        var final = WorkingContext.Of(operations);
        var answer = outputs[Phase.Yield].Output;
        return new Round(Wording.WithSources(answer, final), Wording.Cited(answer, final), outputs, operations);
    }

    /// <summary>The round as JSON, to compare two rounds.</summary>
    public static string Dump(Round round) => JsonSerializer.Serialize(round, ActorJson.Options);
}

internal sealed record Round(
    string Answer,
    IReadOnlyList<CycleSource> Sources,
    IReadOnlyDictionary<Phase, PhaseResult> Results,
    IReadOnlyList<ContextOperation> Operations);
