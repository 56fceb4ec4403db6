using Choir.Observability;

namespace Choir.Actors.Messaging;

/// <summary>The outcomes of messages, as their replies say.</summary>
internal static class ReplyOutcomes
{
    /// <summary>The outcome of a message: for its actor, and for the sender that gets the reply.</summary>
    public static Outcome Of(ActorReply reply) => reply.IsError ? OfError(reply.ErrorOrNull()) : Outcome.Ok;

    /// <summary>The outcome of a message whose reply is an error.</summary>
    /// <param name="error">The error; null if the reply has none. A code of the actor's own is a refusal, unless its handler failed.</param>
    public static Outcome OfError(ActorError? error) => error switch
    {
        { Code: ErrorCodes.Timeout } => Outcome.Timeout,
        null or { IsFailure: true } or { Code: ErrorCodes.HandlerFailed or ErrorCodes.ActorUnavailable } => Outcome.Error,
        _ => Outcome.Rejected,
    };
}
