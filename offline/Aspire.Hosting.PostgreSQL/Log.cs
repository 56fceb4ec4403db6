using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

/// <summary>Everything that this part logs.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "Failed to create database '{Database}'.")]
    public static partial void DatabaseNotCreated(this ILogger logger, Exception exception, string database);
}
