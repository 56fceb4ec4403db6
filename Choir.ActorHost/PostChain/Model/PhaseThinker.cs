using System.ClientModel;
using System.Text.Json;
using Choir.ActorHost.PostChain.Context;
using Choir.ActorHost.PostChain.Model.Text;
using Choir.Actors;
using Choir.Contracts.Threads;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;

namespace Choir.ActorHost.PostChain.Model;

/// <summary>
/// Thinks a phase through with a model: a system message that names the phase, a user message with the task as a JSON
/// document, and a JSON document back. Whatever a model answers, a phase does only what is its own.
/// </summary>
internal sealed class PhaseThinker(IChatClient client, IOptions<ModelOptions> options)
{
    /// <summary>The most operations of one phase.</summary>
    public const int MaxOperations = 64;

    /// <summary>The most text of one operation, in UTF-16 units.</summary>
    private const int MaxOperationText = 1_000;

    /// <summary>The most that a phase may say, in UTF-16 units.</summary>
    private const int MaxOutput = 64 * 1024;

    /// <summary>How many sentences stand for an input that is too long for an endpoint.</summary>
    private const int CondensedSentences = 200;

    private readonly ModelOptions _options = options.Value;

    /// <summary>Whether an answer has words of the model's own. The embedded model only quotes.</summary>
    public bool AddsWords => IsRemote;

    private bool IsRemote => _options.Endpoint is not null;

    /// <summary>Thinks.</summary>
    /// <param name="task">What is asked.</param>
    /// <param name="cancellationToken">The handler's time is up.</param>
    /// <exception cref="ModelException">The model failed, or gave no answer.</exception>
    public async Task<PhaseThought> ThinkAsync(PhaseTask task, CancellationToken cancellationToken)
    {
        ChatMessage[] messages =
        [
            new(ChatRole.System, PhasePrompts.For(task.Phase)),
            new(ChatRole.User, JsonSerializer.Serialize(
                IsRemote ? task with { Content = Condensed(task.Content) } : task, ActorJson.Options)),
        ];
        var answer = await AskAsync(task.Phase, messages, cancellationToken);
        if (string.IsNullOrWhiteSpace(answer))
        {
            throw new ModelException($"The model gave no answer in the {task.Phase} phase.");
        }

        return Bounded(task, Read(answer));
    }

    private async Task<string> AskAsync(Phase phase, ChatMessage[] messages, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_options.Timeout);
        try
        {
            var response = await client.GetResponseAsync(
                messages, new ChatOptions { ResponseFormat = ChatResponseFormat.Json, Temperature = 0 }, limit.Token);
            return response.Text;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ModelException(
                $"The model did not answer the {phase} phase within {_options.Timeout.TotalSeconds:0} s (Model:Timeout).");
        }
        catch (ClientResultException e)
        {
            throw new ModelException($"The model's endpoint answered {e.Status} in the {phase} phase: {Remedy(e.Status)}", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or AggregateException)
        {
            throw new ModelException($"The model's endpoint could not be reached in the {phase} phase: {e.Message}", e);
        }
    }

    private static string Remedy(int status) => status switch
    {
        401 or 403 => "check Model:Key.",
        404 => "check Model:Endpoint and Model:Name.",
        429 => "it takes no more requests for now.",
        0 => "there was no connection; check Model:Endpoint.",
        _ => "see its own log.",
    };

    private string Condensed(string content)
    {
        if (content.Length <= _options.MaxContentLength)
        {
            return content;
        }

        var sentences = Extracts.Best(TextAnalysis.Of(content).Sentences, CondensedSentences)
            .OrderBy(sentence => sentence.Index).Select(sentence => sentence.Text);
        return Wording.Shorten(string.Join('\n', sentences), _options.MaxContentLength);
    }

    /// <summary>A model that answers in prose instead of JSON is taken at its word.</summary>
    private static PhaseThought Read(string answer)
    {
        var json = answer.AsSpan().Trim();
        if (json.StartsWith("```", StringComparison.Ordinal))
        {
            json = json[(json.IndexOf('\n') + 1)..].TrimEnd("`\n\r ");
        }

        try
        {
            return JsonSerializer.Deserialize<PhaseThought>(json, ActorJson.Options) ?? new PhaseThought(answer);
        }
        catch (JsonException)
        {
            return new PhaseThought(answer);
        }
    }

    private static PhaseThought Bounded(PhaseTask task, PhaseThought thought)
    {
        var known = task.Context.Select(piece => piece.Id).ToHashSet(StringComparer.Ordinal);
        var operations = (thought.Operations ?? [])
            .Where(operation => IsOwn(task.Phase, operation.Operation))
            .Where(operation => operation.Operation == ContextOperationKind.Add
                ? !operation.Target.StartsWith("source/", StringComparison.Ordinal) && operation.Data is { Length: > 0 }
                : known.Contains(operation.Target))
            .Take(MaxOperations)
            .Select(operation => operation with
            {
                Target = Wording.Shorten(operation.Target, 100),
                Data = operation.Data is null ? null : Wording.Shorten(operation.Data, MaxOperationText),
            })
            .ToList();
        return thought with { Output = Wording.Shorten(thought.Output, MaxOutput), Operations = operations };
    }

    /// <summary>Experience adds sources, but what they are is the index's to say, not the model's.</summary>
    private static bool IsOwn(Phase phase, ContextOperationKind operation) => (phase, operation) is
        (Phase.Action, ContextOperationKind.Add)
        or (Phase.Intention, ContextOperationKind.Prioritize)
        or (Phase.Observation, ContextOperationKind.Tag or ContextOperationKind.Link)
        or (Phase.Understanding, ContextOperationKind.Prune or ContextOperationKind.Transform);
}

/// <summary>A model failed, or gave no answer. The message is for a person and holds no secret.</summary>
internal sealed class ModelException(string message, Exception? inner = null) : Exception(message, inner);
