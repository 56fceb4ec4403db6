using Choir.Actors;
using Choir.Contracts.Threads;
using Choir.Gateway.Actors;
using Choir.Gateway.Health;
using Choir.Gateway.Problems;
using Microsoft.Extensions.Options;

namespace Choir.Gateway.Threads;

internal sealed class ThreadClient(IActorClient actors, DatabaseWatch database, IOptions<GatewayOptions> options)
{
    public async Task<string> CreateAsync(CancellationToken cancellationToken)
    {
        var threadId = Guid.CreateVersion7().ToString("D");
        await AskAsync(threadId, ThreadMessages.CreateThread, data: null, cancellationToken);
        return threadId;
    }

    /// <summary>Submits an input. The thread has stored it when this returns.</summary>
    public async Task<InputAccepted> SubmitAsync(string threadId, SubmitInput input, CancellationToken cancellationToken)
    {
        var reply = await AskAsync(threadId, ThreadMessages.SubmitInput, input, cancellationToken);
        return reply.Type == ThreadMessages.ThreadNotFound
            ? throw ThreadNotFound(threadId)
            : reply.Read<InputAccepted>();
    }

    public static ProblemException ThreadNotFound(string threadId) =>
        ProblemException.NotFound($"There is no thread {threadId}. POST /threads creates one.");

    private async Task<ActorReply> AskAsync(
        string threadId, string type, SubmitInput? data, CancellationToken cancellationToken)
    {
        var target = new ActorAddress(ThreadMessages.ActorType, threadId);
        var send = new SendOptions { Timeout = options.Value.AskTimeout };
        try
        {
            var reply = await database.RunAsync(
                token => actors.Ask(target, type, ActorJson.Serialize(data), send, token), cancellationToken);
            return reply.IsError ? throw ActorProblem.Of(reply.Error()) : reply;
        }
        catch (Exception exception) when (exception is ActorUnavailableException
            or ProblemException { Code: ErrorCodes.HandlerFailed or ErrorCodes.ActorUnavailable })
        {
            // A thread's actor fails if it cannot store its state: then the problem must name the database.
            await database.ThrowIfUnavailableAsync(cancellationToken);
            throw;
        }
    }
}
