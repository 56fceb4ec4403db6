using Microsoft.Extensions.Logging;

namespace Choir.Storage;

/// <summary>Every log message of storage.</summary>
internal static partial class Log
{
    [LoggerMessage(4001, LogLevel.Information, "The database schema was brought from {Before} to {After} scripts", EventName = "schema_migrated")]
    public static partial void SchemaMigrated(this ILogger logger, int before, int after);

    [LoggerMessage(4002, LogLevel.Warning, "Waiting up to {Seconds} s for the database: {Reason}", EventName = "database_awaited")]
    public static partial void DatabaseAwaited(this ILogger logger, int seconds, string reason);

    [LoggerMessage(4003, LogLevel.Information, "The database answers after {Seconds} s", EventName = "database_answers")]
    public static partial void DatabaseAnswers(this ILogger logger, int seconds);

    [LoggerMessage(4010, LogLevel.Warning, "Thread events are not listened for until the database is back: {Reason}", EventName = "thread_events_lost")]
    public static partial void ThreadEventsLost(this ILogger logger, string reason);

    [LoggerMessage(4011, LogLevel.Information, "Thread events are listened for again", EventName = "thread_events_back")]
    public static partial void ThreadEventsBack(this ILogger logger);

    [LoggerMessage(4020, LogLevel.Warning, "{Removed} of the oldest dead letters were removed: at most {Limit} are kept", EventName = "dead_letters_removed")]
    public static partial void DeadLettersRemoved(this ILogger logger, int removed, int limit);
}
