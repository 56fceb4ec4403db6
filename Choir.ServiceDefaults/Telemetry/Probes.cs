using Microsoft.AspNetCore.Http;

namespace Choir.ServiceDefaults.Telemetry;

/// <summary>
/// Recognises requests that probes, Prometheus and Alertmanager send periodically. They get no trace and no log record,
/// because these would outnumber all others. Alerts that start or end are logged separately.
/// </summary>
public static class Probes
{
    private const string AlertWebhook = "/alerts";

    private static readonly string[] Paths = ["/alive", "/ready", "/health", "/metrics"];

    /// <summary>Whether a request is periodic.</summary>
    /// <param name="context">The request.</param>
    public static bool Sent(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var request = context.Request;
        return Array.Exists(Paths, path => request.Path.StartsWithSegments(path, StringComparison.Ordinal))
            || (HttpMethods.IsPost(request.Method) && request.Path == AlertWebhook);
    }
}
