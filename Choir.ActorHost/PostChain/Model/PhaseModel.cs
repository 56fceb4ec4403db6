using System.Text.Json;
using Choir.ActorHost.PostChain.Context;
using Choir.ActorHost.PostChain.Model.Endpoint;
using Choir.ActorHost.PostChain.Model.Text;
using Choir.Actors;
using Choir.Contracts.Threads;
using Choir.Redaction;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;

namespace Choir.ActorHost.PostChain.Model;

/// <summary>
/// Runs a phase with a model: sends a system message that names the phase and a user message with the task as JSON, and
/// reads the response as JSON. Operations that do not belong to the phase are removed.
/// </summary>
internal sealed class PhaseModel(IChatClient client, IOptions<ModelOptions> options)
{
    /// <summary>The maximum number of operations of one phase.</summary>
    public const int MaxOperations = 64;

    /// <summary>The maximum length of an operation's text, in UTF-16 units.</summary>
    private const int MaxOperationText = 1_000;

    /// <summary>The maximum length of a phase's output, in UTF-16 units.</summary>
    private const int MaxOutput = 64 * 1024;

    /// <summary>How many sentences replace an input that is too long for an endpoint.</summary>
    private const int CondensedSentences = 200;

    /// <summary>The metadata that Experience sets on a source.</summary>
    private static readonly string[] Origin = ["kind", "threadId", "cycleId", "rank", "round"];

    private readonly ModelOptions _options = options.Value;

    // The endpoint may repeat them in its errors.
    private readonly KnownSecrets _secrets = KnownSecrets.Of(options.Value.Endpoint, options.Value.Key);

    /// <summary>Whether the answer is new text. The embedded model only quotes.</summary>
    public bool GeneratesText => IsRemote;

    private bool IsRemote => _options.Endpoint is not null;

    /// <exception cref="ModelException">The model failed, or returned no answer.</exception>
    public async Task<PhaseResult> RunModelAsync(PhaseTask task, CancellationToken cancellationToken)
    {
        ChatMessage[] messages =
        [
            new(ChatRole.System, PhasePrompts.For(task.Phase)),
            new(ChatRole.User, JsonSerializer.Serialize(
                IsRemote ? task with { Content = Condensed(task.Content) } : task, ActorJson.Options)),
        ];
        return Limit(task, await AskAsync(task.Phase, messages, cancellationToken));
    }

    private async Task<PhaseResult> AskAsync(Phase phase, ChatMessage[] messages, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(_options.Timeout);
        try
        {
            var response = await client.GetResponseAsync(
                messages, new ChatOptions { ResponseFormat = ChatResponseFormat.Json, Temperature = _options.SentTemperature }, timeout.Token);
            return string.IsNullOrWhiteSpace(response.Text)
                ? throw new ModelAnswerException("it has no text")
                : PhaseAnswer.Read(response.Text);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw ModelException.Of(phase, _options.Timeout, exception, _secrets);
        }
    }

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

    private static PhaseResult Limit(PhaseTask task, PhaseResult result)
    {
        var known = task.Context.Select(piece => piece.Id).ToHashSet(StringComparer.Ordinal);
        var operations = (result.Operations ?? [])
            .Where(operation => IsAllowed(task.Phase, operation.Operation))
            .Where(operation => operation.Operation == ContextOperationKind.Add
                ? !operation.Target.StartsWith("source/", StringComparison.Ordinal) && operation.Data is { Length: > 0 }
                : known.Contains(operation.Target))
            .Take(MaxOperations)
            .Select(operation => operation with
            {
                Target = Wording.Shorten(operation.Target, 100),
                Data = operation.Data is null ? null : Wording.Shorten(operation.Data, MaxOperationText),
                Metadata = WithoutOrigin(operation),
            })
            .ToList();
        return result with { Output = Wording.Shorten(result.Output, MaxOutput), Operations = operations };
    }

    /// <summary>Where a source comes from is known from the index, and a model must not change it.</summary>
    private static IReadOnlyDictionary<string, JsonElement>? WithoutOrigin(ContextOperation operation) =>
        operation.Metadata is { } metadata && operation.Target.StartsWith("source/", StringComparison.Ordinal)
            ? metadata.Where(entry => !Origin.Contains(entry.Key)).ToDictionary(StringComparer.Ordinal)
            : operation.Metadata;

    /// <summary>Experience has none here: its sources come from the index, not from the model.</summary>
    private static bool IsAllowed(Phase phase, ContextOperationKind operation) => (phase, operation) is
        (Phase.Action, ContextOperationKind.Add)
        or (Phase.Intention, ContextOperationKind.Prioritize)
        or (Phase.Observation, ContextOperationKind.Tag or ContextOperationKind.Link)
        or (Phase.Understanding, ContextOperationKind.Prune or ContextOperationKind.Transform);
}
