using Microsoft.Extensions.Logging;

namespace Choir.ServiceDefaults;

/// <summary>Log messages of the service defaults. Event ids 2000 to 2999.</summary>
internal static partial class Log
{
    [LoggerMessage(2000, LogLevel.Critical, "{Component} is unhealthy: {Error}. {Impact}",
        EventName = "actor_system_unstable")]
    public static partial void ComponentUnhealthy(this ILogger logger, string component, string error, string impact);

    [LoggerMessage(2001, LogLevel.Warning, "{Component} is degraded: {Reason}", EventName = "component_degraded")]
    public static partial void ComponentDegraded(this ILogger logger, string component, string reason);

    [LoggerMessage(2002, LogLevel.Information, "{Component} is healthy", EventName = "component_healthy")]
    public static partial void ComponentHealthy(this ILogger logger, string component);

    [LoggerMessage(2009, LogLevel.Information, "The service has started (environment {Environment})", EventName = "service_started")]
    public static partial void ServiceStarted(this ILogger logger, string environment);

    [LoggerMessage(2010, LogLevel.Critical, "The service failed: {Error}", EventName = "service_failed")]
    public static partial void ServiceFailed(this ILogger logger, string error);

    [LoggerMessage(2016, LogLevel.Debug, "Where the service failed", EventName = "service_failed_at")]
    public static partial void ServiceFailedAt(this ILogger logger, Exception exception);

    [LoggerMessage(2011, LogLevel.Critical, "The service stopped without a signal: one of its components failed or stopped it",
        EventName = "service_ended")]
    public static partial void ServiceEnded(this ILogger logger);

    [LoggerMessage(2012, LogLevel.Warning, "A component of the service did not stop within {Limit} s; the process exits anyway",
        EventName = "service_cut_short")]
    public static partial void ServiceCutShort(this ILogger logger, double limit);

    [LoggerMessage(2013, LogLevel.Warning, "The last telemetry could not be sent: {Error}", EventName = "last_export_failed")]
    public static partial void LastExportFailed(this ILogger logger, string error);

    [LoggerMessage(2014, LogLevel.Warning, "{Suppressed} records of {Kind} were not written, because there were too many at once",
        EventName = "records_suppressed")]
    public static partial void RecordsSuppressed(this ILogger logger, long suppressed, string kind);

    [LoggerMessage(2015, LogLevel.Warning,
        "The console format {Formatter} neither limits records to 16 KB nor removes secrets; choir-text and choir-json do",
        EventName = "console_format_unlimited")]
    public static partial void ConsoleFormatUnlimited(this ILogger logger, string? formatter);

    [LoggerMessage(2017, LogLevel.Warning, "Changed settings were refused, and the last valid ones stay in use: {Error}",
        EventName = "settings_refused")]
    public static partial void SettingsRefused(this ILogger logger, string error);

    [LoggerMessage(2022, LogLevel.Warning,
        "The collector refused {Rejected} items of an export of {Signal}: {Reason}. Further ones are only counted (telemetry.dropped)",
        EventName = "telemetry_refused")]
    public static partial void TelemetryRefused(this ILogger logger, string signal, long rejected, string reason);

    [LoggerMessage(2020, LogLevel.Warning, "{Service} failed; it is tried again after {Seconds} s", EventName = "periodic_service_failed")]
    public static partial void PeriodicServiceFailed(this ILogger logger, Exception exception, string service, double seconds);

    [LoggerMessage(2021, LogLevel.Information, "{Service} succeeded after {Failures} failed runs", EventName = "periodic_service_recovered")]
    public static partial void PeriodicServiceRecovered(this ILogger logger, string service, int failures);
}
