using System.Runtime.CompilerServices;
using Choir.Actors.Inspection;
using Microsoft.Extensions.AI;

namespace Choir.ActorHost.PostChain.Model;

/// <summary>Counts the calls of the model for the inspection.</summary>
internal sealed class MeasuredChatClient(IChatClient inner, DependencyCalls calls) : DelegatingChatClient(inner)
{
    /// <summary>What the inspection calls the model.</summary>
    public const string Dependency = "model";

    private readonly DependencyOperation _calls = calls.Operation("chat");

    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var started = _calls.Started();
        var failed = true;
        try
        {
            var response = await base.GetResponseAsync(messages, options, cancellationToken);
            failed = false;
            return response;
        }
        finally
        {
            _calls.Ended(started, failed);
        }
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var started = _calls.Started();
        var failed = true;
        try
        {
            await foreach (var update in base.GetStreamingResponseAsync(messages, options, cancellationToken))
            {
                yield return update;
            }

            failed = false;
        }
        finally
        {
            _calls.Ended(started, failed);
        }
    }
}
