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

    [LoggerMessage(4020, LogLevel.Warning, "Removed the {Removed} oldest dead letters; at most {Limit} are kept", EventName = "dead_letters_removed")]
    public static partial void DeadLettersRemoved(this ILogger logger, int removed, int limit);
}
