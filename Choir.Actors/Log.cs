using Microsoft.Extensions.Logging;

namespace Choir.Actors;

/// <summary>Every log message of the actor library.</summary>
internal static partial class Log
{
    [LoggerMessage(1001, LogLevel.Error, "{MessageType} failed at {Actor} (message {MessageId}, correlation {CorrelationId})", EventName = "message_processing_failed")]
    public static partial void MessageProcessingFailed(
        this ILogger logger, string messageType, ActorAddress actor, Guid messageId, Guid correlationId, Exception exception);

    [LoggerMessage(1002, LogLevel.Error, "A {Turn} turn failed at {Actor}", EventName = "actor_turn_failed")]
    public static partial void TurnFailed(this ILogger logger, string turn, ActorAddress actor, Exception exception);

    [LoggerMessage(1003, LogLevel.Warning, "{Actor} failed {Failures} times in a row and restarts from its stored state in {BackoffMs} ms", EventName = "actor_restarting")]
    public static partial void ActorRestarting(this ILogger logger, ActorAddress actor, int failures, double backoffMs);

    [LoggerMessage(1004, LogLevel.Information, "{Actor} restarted from its stored state", EventName = "actor_restarted")]
    public static partial void ActorRestarted(this ILogger logger, ActorAddress actor);

    [LoggerMessage(1005, LogLevel.Warning, "{MessageType} to {Actor} was not answered in time; whether it is handled is not known (message {MessageId})", EventName = "tell_outcome_unknown")]
    public static partial void TellOutcomeUnknown(this ILogger logger, string messageType, ActorAddress actor, Guid messageId);

    [LoggerMessage(1006, LogLevel.Warning, "{MessageType} to {Actor} became a dead letter: {Reason}, {Detail} (message {MessageId})", EventName = "message_dead_lettered")]
    public static partial void DeadLetter(
        this ILogger logger, string messageType, ActorAddress actor, Guid messageId, string reason, string detail);

    [LoggerMessage(1007, LogLevel.Error, "The dead letter of message {MessageId} was dropped: too many wait for the store", EventName = "dead_letter_dropped")]
    public static partial void DeadLetterDropped(this ILogger logger, Guid messageId);

    [LoggerMessage(1008, LogLevel.Warning, "Dead letters wait: the store failed: {Error}", EventName = "dead_letter_store_failed")]
    public static partial void DeadLetterStoreFailed(this ILogger logger, string error);

    [LoggerMessage(1009, LogLevel.Debug, "A chain of waits from {Actor} could not be followed", EventName = "wait_chain_broken")]
    public static partial void WaitChainBroken(this ILogger logger, ActorAddress actor, Exception exception);
}
