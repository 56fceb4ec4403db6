using Microsoft.Extensions.Logging;

namespace Choir.AppHost.Observability;

/// <summary>Messages in a tool's log in the dashboard.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Starting {Resource}, which {Tool} needs.")]
    public static partial void StartingNeeded(this ILogger logger, string tool, string resource);

    [LoggerMessage(2, LogLevel.Information, "Restarting {Resource} to connect it with {Tool}.")]
    public static partial void Restarting(this ILogger logger, string resource, string tool);

    [LoggerMessage(3, LogLevel.Information, "Starting {Resource}, which uses {Tool}.")]
    public static partial void StartingUser(this ILogger logger, string resource, string tool);

    [LoggerMessage(4, LogLevel.Warning, "{Resource} was not started or restarted: {Reason}")]
    public static partial void StartFailed(this ILogger logger, string resource, string? reason);
}
