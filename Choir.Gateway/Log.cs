namespace Choir.Gateway;

/// <summary>The gateway's log messages. Event ids 5000 to 5999.</summary>
internal static partial class Log
{
    [LoggerMessage(5010, LogLevel.Information, "Received {Method} {Route}", EventName = "request_received")]
    public static partial void RequestReceived(
        this ILogger logger, string method, string route, long? requestSizeBytes, long? suppressed);

    [LoggerMessage(5011, LogLevel.Information, "Answered {Method} {Route} with {StatusCode} in {ProcessingTimeMs:0.###} ms",
        EventName = "request_processed")]
    public static partial void RequestProcessed(
        this ILogger logger, string method, string route, int statusCode, double processingTimeMs, long? suppressed);

    [LoggerMessage(5013, LogLevel.Warning,
        "{Sender} at {Address} has sent {Requests} changing requests within {Seconds:0} s; the requests are answered as usual",
        EventName = "request_flood")]
    public static partial void RequestFlood(
        this ILogger logger, string sender, string? address, int requests, double seconds, long? suppressed);

    [LoggerMessage(5000, LogLevel.Information, "Rejected {Method} {Route} with {StatusCode}: {Reason}",
        EventName = "request_refused")]
    public static partial void RequestRefused(
        this ILogger logger, string method, string route, int statusCode, string reason);

    [LoggerMessage(5001, LogLevel.Warning, "{Method} {Route} could not be served: {Reason}",
        EventName = "request_unavailable")]
    public static partial void RequestUnavailable(this ILogger logger, string method, string route, string reason);

    [LoggerMessage(5002, LogLevel.Error, "{Method} {Route} failed", EventName = "request_failed")]
    public static partial void RequestFailed(this ILogger logger, Exception exception, string method, string route);

    [LoggerMessage(5003, LogLevel.Information, "Waiting for the Orleans cluster: {Reason}",
        EventName = "cluster_awaited")]
    public static partial void ClusterAwaited(this ILogger logger, string reason);

    [LoggerMessage(5004, LogLevel.Information, "Dead letter {DeadLetterId} was replayed", EventName = "dead_letter_replayed")]
    public static partial void DeadLetterReplayed(this ILogger logger, Guid deadLetterId);

    [LoggerMessage(5006, LogLevel.Warning, "Alert {AlertName} ({Severity}) is firing: {Summary}", EventName = "alert_firing")]
    public static partial void AlertFiring(
        this ILogger logger, string alertName, string severity, string summary, string alertLabels, DateTimeOffset startsAt, string receiver,
        long? suppressed);

    [LoggerMessage(5007, LogLevel.Information, "Alert {AlertName} ({Severity}) is resolved: {Summary}", EventName = "alert_resolved")]
    public static partial void AlertResolved(
        this ILogger logger, string alertName, string severity, string summary, string alertLabels, DateTimeOffset startsAt, string receiver,
        long? suppressed);

    [LoggerMessage(5008, LogLevel.Warning, "Alertmanager left {Truncated} alerts out of a notification for {Receiver}",
        EventName = "alerts_truncated")]
    public static partial void AlertsTruncated(this ILogger logger, long truncated, string receiver);

    [LoggerMessage(5009, LogLevel.Error, "{Channel} did not accept an alert: {Reason}", EventName = "alert_relay_failed")]
    public static partial void RelayFailed(this ILogger logger, string channel, string reason);
}
