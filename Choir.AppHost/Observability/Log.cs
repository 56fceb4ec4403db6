using Microsoft.Extensions.Logging;

namespace Choir.AppHost.Observability;

/// <summary>What is written to a tool's own log in the dashboard.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "{Tool} needs {Resource}, which is not running: starting it.")]
    public static partial void StartingNeeded(this ILogger logger, string tool, string resource);

    [LoggerMessage(2, LogLevel.Information, "Restarting {Resource}, so that it works with {Tool}.")]
    public static partial void Restarting(this ILogger logger, string resource, string tool);

    [LoggerMessage(3, LogLevel.Information, "Starting {Resource}, which works with {Tool}.")]
    public static partial void StartingUser(this ILogger logger, string resource, string tool);

    [LoggerMessage(4, LogLevel.Warning, "{Resource} was not started or restarted: {Reason}")]
    public static partial void StartFailed(this ILogger logger, string resource, string? reason);
}
