using Microsoft.AspNetCore.Http;

namespace Choir.ServiceDefaults.Telemetry;

/// <summary>
/// What probes, scrapers and Alertmanager send by themselves every few seconds or minutes: a trace or a log record each would
/// drown those of what somebody has asked for. An alert that begins or ends is a record of its own.
/// </summary>
public static class Probes
{
    private const string AlertWebhook = "/alerts";

    private static readonly string[] Paths = ["/alive", "/ready", "/health", "/metrics"];

    /// <summary>Whether a request is one of them.</summary>
    /// <param name="context">The request.</param>
    public static bool Sent(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var request = context.Request;
        return Array.Exists(Paths, path => request.Path.StartsWithSegments(path, StringComparison.Ordinal))
            || (HttpMethods.IsPost(request.Method) && request.Path == AlertWebhook);
    }
}
