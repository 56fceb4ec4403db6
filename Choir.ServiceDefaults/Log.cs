using Microsoft.Extensions.Logging;

namespace Choir.ServiceDefaults;

/// <summary>Log messages of the service defaults. Event ids 1000 to 1099.</summary>
internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Critical, "{Component} is unhealthy: {Error}. {Impact}",
        EventName = "actor_system_unstable")]
    public static partial void ComponentUnhealthy(this ILogger logger, string component, string error, string impact);

    [LoggerMessage(1001, LogLevel.Warning, "{Component} is degraded: {Reason}", EventName = "component_degraded")]
    public static partial void ComponentDegraded(this ILogger logger, string component, string reason);

    [LoggerMessage(1002, LogLevel.Information, "{Component} is healthy", EventName = "component_healthy")]
    public static partial void ComponentHealthy(this ILogger logger, string component);

    [LoggerMessage(1010, LogLevel.Critical, "The service failed: {Error}", EventName = "service_failed")]
    public static partial void ServiceFailed(this ILogger logger, string error);

    [LoggerMessage(1011, LogLevel.Critical, "The service stopped without a signal: one of its components failed or stopped it",
        EventName = "service_ended")]
    public static partial void ServiceEnded(this ILogger logger);

    [LoggerMessage(1012, LogLevel.Warning, "A component of the service did not stop within {Limit} s; the process exits anyway",
        EventName = "service_cut_short")]
    public static partial void ServiceCutShort(this ILogger logger, double limit);

    [LoggerMessage(1013, LogLevel.Warning, "The last telemetry could not be sent: {Error}", EventName = "last_export_failed")]
    public static partial void LastExportFailed(this ILogger logger, string error);

    [LoggerMessage(1020, LogLevel.Warning, "{Service} failed; it runs again every {Seconds} s", EventName = "periodic_service_failed")]
    public static partial void PeriodicServiceFailed(this ILogger logger, Exception exception, string service, double seconds);

    [LoggerMessage(1021, LogLevel.Information, "{Service} succeeded after {Failures} failed runs", EventName = "periodic_service_recovered")]
    public static partial void PeriodicServiceRecovered(this ILogger logger, string service, int failures);
}
