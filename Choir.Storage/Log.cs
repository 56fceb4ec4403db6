using Microsoft.Extensions.Logging;

namespace Choir.Storage;

/// <summary>Log messages of storage. Event ids 4000 to 4999.</summary>
internal static partial class Log
{
    [LoggerMessage(4001, LogLevel.Information, "The database schema was migrated from {Before} to {After} scripts", EventName = "schema_migrated")]
    public static partial void SchemaMigrated(this ILogger logger, int before, int after);

    [LoggerMessage(4002, LogLevel.Warning, "Waiting up to {Seconds} s for the database: {Reason}", EventName = "database_awaited")]
    public static partial void DatabaseAwaited(this ILogger logger, int seconds, string reason);

    [LoggerMessage(4003, LogLevel.Information, "The database answered after {Seconds} s", EventName = "database_answers")]
    public static partial void DatabaseAnswers(this ILogger logger, int seconds);

    [LoggerMessage(4010, LogLevel.Warning, "The connection for thread events is lost and will be opened again: {Reason}", EventName = "thread_events_lost")]
    public static partial void ThreadEventsLost(this ILogger logger, string reason);

    [LoggerMessage(4011, LogLevel.Information, "The connection for thread events is open again", EventName = "thread_events_back")]
    public static partial void ThreadEventsBack(this ILogger logger);

    [LoggerMessage(4012, LogLevel.Warning,
        "The database has returned to an earlier state, without event {Number} of thread {ThreadId}, which was streamed. The stream starts with the first event again, or ends if the thread is gone",
        EventName = "thread_events_replaced")]
    public static partial void ThreadEventsReplaced(this ILogger logger, string threadId, long number);

    [LoggerMessage(4020, LogLevel.Warning, "Removed the {Removed} oldest dead letters; at most {Limit} are kept", EventName = "dead_letters_removed")]
    public static partial void DeadLettersRemoved(this ILogger logger, int removed, int limit);

    [LoggerMessage(4030, LogLevel.Error, "The stored state of {ActorType}/{ActorId} ({StateName}, version {StateVersion}) cannot be read and was set aside in the table actor_state_set_aside; the actor starts with an empty state. {Problem}", EventName = "actor_state_set_aside")]
    public static partial void StateSetAside(
        this ILogger logger, string actorType, string actorId, string stateName, long stateVersion, string problem);

    [LoggerMessage(4040, LogLevel.Information,
        "Removed {Cycles} cycles, {Threads} threads, {DeadLetters} dead letters and {LoadTests} results of load tests that were older than the limits of Retention",
        EventName = "retention_removed")]
    public static partial void RetentionRemoved(this ILogger logger, int cycles, int threads, int deadLetters, int loadTests);

    [LoggerMessage(4050, LogLevel.Critical,
        "{Reason}. The host ({Silo}) ends in {Seconds} s, to be started again",
        EventName = "membership_lost")]
    public static partial void MembershipLost(this ILogger logger, string silo, string reason, double seconds);

    [LoggerMessage(4051, LogLevel.Information, "The cluster's membership table lists this host ({Silo}) again and is not older than before", EventName = "membership_back")]
    public static partial void MembershipBack(this ILogger logger, string silo);
}
