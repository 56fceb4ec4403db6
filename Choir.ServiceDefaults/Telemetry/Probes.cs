using Microsoft.AspNetCore.Http;

namespace Choir.ServiceDefaults.Telemetry;

/// <summary>What probes and scrapers ask for every few seconds: a trace or a log record each would drown the others.</summary>
public static class Probes
{
    private static readonly string[] Paths = ["/alive", "/ready", "/health", "/metrics"];

    /// <summary>Whether a request is one of them.</summary>
    /// <param name="context">The request.</param>
    public static bool Sent(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Array.Exists(Paths, path => context.Request.Path.StartsWithSegments(path, StringComparison.Ordinal));
    }
}
