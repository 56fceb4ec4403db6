using System.Text.Json;
using Choir.Actors;
using Choir.Contracts.Threads;
using Microsoft.Extensions.AI;

namespace Choir.ActorHost.PostChain.Model.Embedded;

/// <summary>
/// The embedded model: deterministic text analysis without a network. Like any model it reads the JSON document in the last
/// message and answers with one.
/// </summary>
internal sealed class EmbeddedChatClient : IChatClient
{
    /// <summary>The model's name in telemetry and in responses.</summary>
    public const string ModelName = "choir-embedded";

    private static readonly ChatClientMetadata Metadata = new("choir", defaultModelId: ModelName);

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var document = messages.LastOrDefault(message => message.Role == ChatRole.User)?.Text
            ?? throw new ArgumentException("There is no user message with a phase's JSON document.", nameof(messages));
        var task = JsonSerializer.Deserialize<PhaseTask>(document, ActorJson.Options)
            ?? throw new ArgumentException("The phase's JSON document is null.", nameof(messages));
        var response = JsonSerializer.Serialize(Run(task), ActorJson.Options);
        return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, response)) { ModelId = ModelName });
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates())
        {
            yield return update;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(ChatClientMetadata) ? Metadata
        : serviceType.IsInstanceOfType(this) ? this
        : null;

    public void Dispose()
    {
        // There is nothing to dispose.
    }

    internal static PhaseResult Run(PhaseTask task) => task.Phase switch
    {
        Phase.Action => InputSplitting.Run(task),
        Phase.Experience => SourceListing.Run(task),
        Phase.Intention => Prioritizing.Run(task),
        Phase.Observation => Tagging.Run(task),
        Phase.Understanding => Pruning.Run(task),
        Phase.Yield => Answering.Run(task),
        _ => throw new ArgumentOutOfRangeException(nameof(task), task.Phase, "There is no such phase."),
    };
}
