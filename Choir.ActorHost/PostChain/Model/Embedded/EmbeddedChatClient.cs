using System.Text.Json;
using Choir.Actors;
using Choir.Contracts.Threads;
using Microsoft.Extensions.AI;

namespace Choir.ActorHost.PostChain.Model.Embedded;

/// <summary>
/// The model that needs no network: plain text techniques, the same answer each time. It reads the JSON document in the
/// last message, as any model does, and answers with one.
/// </summary>
internal sealed class EmbeddedChatClient : IChatClient
{
    /// <summary>Its name in telemetry and in answers.</summary>
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
        var thought = JsonSerializer.Serialize(Think(task), ActorJson.Options);
        return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, thought)) { ModelId = ModelName });
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
        // It holds nothing.
    }

    internal static PhaseThought Think(PhaseTask task) => task.Phase switch
    {
        Phase.Action => Framing.Think(task),
        Phase.Experience => Recalling.Think(task),
        Phase.Intention => Aiming.Think(task),
        Phase.Observation => Noticing.Think(task),
        Phase.Understanding => LettingGo.Think(task),
        Phase.Yield => Answering.Think(task),
        _ => throw new ArgumentOutOfRangeException(nameof(task), task.Phase, "There is no such phase."),
    };
}
