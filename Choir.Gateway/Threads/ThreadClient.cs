using Choir.Actors;
using Choir.Contracts.Threads;
using Choir.Gateway.Actors;
using Choir.Gateway.Health;
using Choir.Gateway.Problems;
using Choir.Observatory.Api.Problems;
using Microsoft.Extensions.Options;

namespace Choir.Gateway.Threads;

internal sealed class ThreadClient(IActorClient actors, PausedActors paused, DatabaseWatch database, IOptions<GatewayOptions> options)
{
    private const string RepeatSafely =
        "The input may still be accepted: send it again with the same Idempotency-Key, and it is accepted only once.";

    public async Task<ThreadCreated> CreateAsync(Guid correlationId, CancellationToken cancellationToken)
    {
        var threadId = Guid.CreateVersion7().ToString("D");
        await AskAsync(threadId, ThreadMessages.CreateThread, data: null, correlationId, cancellationToken);
        return new ThreadCreated(threadId, correlationId);
    }

    /// <summary>Submits an input. The thread has stored it when this returns.</summary>
    public async Task<InputAccepted> SubmitAsync(
        string threadId, SubmitInput input, Guid correlationId, CancellationToken cancellationToken)
    {
        try
        {
            var reply = await AskAsync(threadId, ThreadMessages.SubmitInput, input, correlationId, cancellationToken);
            return reply.Type == ThreadMessages.ThreadNotFound
                ? throw ThreadNotFound(threadId)
                : reply.Read<InputAccepted>();
        }
        catch (Exception exception) when (ExceptionProblem.Of(exception) is { Code: ProblemCodes.DatabaseUnavailable } problem)
        {
            // Whether the input was stored is unknown.
            throw ProblemException.Unavailable(problem.Code, $"{problem.Message} {RepeatSafely}");
        }
    }

    public static ProblemException ThreadNotFound(string threadId) =>
        ProblemException.NotFound($"There is no thread {threadId}. POST /threads creates one.");

    private async Task<ActorReply> AskAsync(
        string threadId, string type, SubmitInput? data, Guid correlationId, CancellationToken cancellationToken)
    {
        var target = new ActorAddress(ThreadMessages.ActorType, threadId);
        var send = new SendOptions { CorrelationId = correlationId, Timeout = options.Value.AskTimeout };
        try
        {
            var reply = await database.ChangeAsync(
                token => actors.Ask(target, type, ActorJson.Serialize(data), send, token), cancellationToken);
            return reply.IsError ? throw ActorProblem.Of(await paused.ExplainAsync(reply.Error(), target, type, cancellationToken)) : reply;
        }
        catch (Exception exception) when (exception is ActorUnavailableException
            or ApiProblemException { Code: ErrorCodes.HandlerFailed or ErrorCodes.ActorUnavailable })
        {
            // A thread's actor fails if it cannot store its state: then the problem must name the database.
            await database.ThrowIfUnavailableAsync(cancellationToken);
            throw;
        }
    }
}
