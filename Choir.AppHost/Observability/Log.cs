using Microsoft.Extensions.Logging;

namespace Choir.AppHost.Observability;

/// <summary>Messages in a tool's log in the dashboard. Event ids 6000 to 6999.</summary>
internal static partial class Log
{
    [LoggerMessage(6001, LogLevel.Information, "Starting {Resource}, which {Tool} needs.")]
    public static partial void StartingNeeded(this ILogger logger, string tool, string resource);

    [LoggerMessage(6002, LogLevel.Information, "Restarting {Resource} to connect it with {Tool}.")]
    public static partial void Restarting(this ILogger logger, string resource, string tool);

    [LoggerMessage(6003, LogLevel.Information, "Starting {Resource}, which uses {Tool}.")]
    public static partial void StartingUser(this ILogger logger, string resource, string tool);

    [LoggerMessage(6004, LogLevel.Warning, "{Resource} was not started or restarted: {Reason}")]
    public static partial void StartFailed(this ILogger logger, string resource, string? reason);
}
