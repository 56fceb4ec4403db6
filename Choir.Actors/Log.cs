using Microsoft.Extensions.Logging;

namespace Choir.Actors;

/// <summary>Every log message of the actor library. Event ids 1000 to 1999.</summary>
internal static partial class Log
{
    [LoggerMessage(1001, LogLevel.Error, "{ActorType}/{ActorId} {MessageType} failed", EventName = "message_processing_failed")]
    public static partial void MessageProcessingFailed(
        this ILogger logger, string messageType, string actorType, string actorId, Guid messageId, Guid correlationId, Exception exception);

    [LoggerMessage(1002, LogLevel.Error, "A {Turn} failed at {Actor}", EventName = "actor_turn_failed")]
    public static partial void TurnFailed(this ILogger logger, string turn, ActorAddress actor, Exception exception);

    [LoggerMessage(1003, LogLevel.Warning, "{Actor} failed {Failures} times in a row and restarts from its stored state in {BackoffMs} ms", EventName = "actor_restarting")]
    public static partial void ActorRestarting(this ILogger logger, ActorAddress actor, int failures, double backoffMs);

    [LoggerMessage(1004, LogLevel.Information, "{Actor} restarted from its stored state", EventName = "actor_restarted")]
    public static partial void ActorRestarted(this ILogger logger, ActorAddress actor);

    [LoggerMessage(1005, LogLevel.Warning, "No reply to {MessageType} for {Actor} in time; whether it was handled is unknown (message {MessageId})", EventName = "tell_outcome_unknown")]
    public static partial void TellOutcomeUnknown(this ILogger logger, string messageType, ActorAddress actor, Guid messageId);

    [LoggerMessage(1006, LogLevel.Warning, "{MessageType} to {Actor} became a dead letter: {Reason}, {Detail} (message {MessageId})", EventName = "message_dead_lettered")]
    public static partial void DeadLetter(
        this ILogger logger, string messageType, ActorAddress actor, Guid messageId, string reason, string detail);

    [LoggerMessage(1007, LogLevel.Error, "The dead letter of message {MessageId} was dropped: {Reason}; this host has dropped {Letters}", EventName = "dead_letter_dropped")]
    public static partial void DeadLetterDropped(this ILogger logger, Guid messageId, string reason, long letters);

    [LoggerMessage(1008, LogLevel.Warning, "The dead-letter store failed, and dead letters wait in the buffer: {Error}", EventName = "dead_letter_store_failed")]
    public static partial void DeadLetterStoreFailed(this ILogger logger, string error);

    [LoggerMessage(1042, LogLevel.Error, "The dead letter of message {MessageId} was dropped: the dead-letter store cannot hold it: {Error}", EventName = "dead_letter_unstorable")]
    public static partial void DeadLetterUnstorable(this ILogger logger, Guid messageId, string error);

    [LoggerMessage(1009, LogLevel.Debug, "A chain of waits from {Actor} could not be followed", EventName = "wait_chain_broken")]
    public static partial void WaitChainBroken(this ILogger logger, ActorAddress actor, Exception exception);

    [LoggerMessage(1034, LogLevel.Error, "{ActorType}/{ActorId} could not be activated; its senders get the error, and the next message tries again", EventName = "actor_activation_failed")]
    public static partial void ActivationFailed(this ILogger logger, string actorType, string actorId, Exception exception);

    [LoggerMessage(1033, LogLevel.Warning, "Whether the last write of the state of {ActorType}/{ActorId} was stored is unknown, and reading it failed; the next message activates the actor again", EventName = "actor_state_unclear")]
    public static partial void StateUnclear(this ILogger logger, string actorType, string actorId, Exception exception);

    [LoggerMessage(1032, LogLevel.Warning, "A {Turn} of {ActorType}/{ActorId} was dropped, because the activation is leaving; the next one starts from the stored state", EventName = "actor_turn_dropped")]
    public static partial void TurnDropped(this ILogger logger, string turn, string actorType, string actorId);

    [LoggerMessage(1031, LogLevel.Warning, "A {Turn} of {ActorType}/{ActorId} took {ProcessingTimeMs} ms", EventName = "actor_turn_slow")]
    public static partial void TurnSlow(this ILogger logger, string turn, string actorId, string actorType, double processingTimeMs);

    [LoggerMessage(1020, LogLevel.Information, "{ActorType}/{ActorId} was activated", EventName = "actor_created")]
    public static partial void ActorCreated(this ILogger logger, string actorId, string actorType, long suppressed);

    [LoggerMessage(1021, LogLevel.Information, "{ActorType}/{ActorId} was deactivated: {Reason}", EventName = "actor_destroyed")]
    public static partial void ActorDestroyed(this ILogger logger, string actorId, string actorType, string reason, long suppressed);

    [LoggerMessage(EventId = 1022, Message = "{ActorType}/{ActorId} received {MessageType}", EventName = "actor_message_received")]
    public static partial void MessageReceived(
        this ILogger logger, LogLevel level, string actorId, string actorType, string messageType, Guid messageId, Guid correlationId, long suppressed);

    [LoggerMessage(EventId = 1023, Message = "{ActorType}/{ActorId} handled {MessageType} in {ProcessingTimeMs} ms", EventName = "message_processed")]
    public static partial void MessageProcessed(
        this ILogger logger, LogLevel level, string actorId, string actorType, string messageType, Guid messageId, Guid correlationId,
        double processingTimeMs, int messageSizeBytes, long suppressed);

    [LoggerMessage(EventId = 1024, Message = "{ActorType}/{ActorId} refused {MessageType}: {Error}", EventName = "actor_message_processing_failed")]
    public static partial void MessageRefused(
        this ILogger logger, LogLevel level, string actorId, string actorType, string messageType, Guid messageId, Guid correlationId, string error, long suppressed);

    [LoggerMessage(1025, LogLevel.Debug, "{ActorType}/{ActorId} changed {StateKey} from {OldValue} to {NewValue}", EventName = "actor_state_updated")]
    public static partial void ActorStateUpdated(
        this ILogger logger, string actorId, string actorType, string stateKey, string? oldValue, string? newValue);

    [LoggerMessage(1026, LogLevel.Warning, "{QueueSize} messages wait at {ActorType}/{ActorId}; the threshold is {Threshold}", EventName = "actor_message_queue_growing")]
    public static partial void QueueGrowing(this ILogger logger, string actorType, string actorId, int queueSize, int threshold);

    [LoggerMessage(1029, LogLevel.Error, "{ActorType}/{ActorId} on {SiloName} has state of version {CurrentVersion}, but {StoredVersion} is stored: another writer changed it, and this activation is deactivated", EventName = "actor_state_conflict")]
    public static partial void StateConflict(
        this ILogger logger, string actorType, string actorId, string storedVersion, string currentVersion, string siloName);
}
