using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Choir.ServiceDefaults.Telemetry.Requests;

/// <summary>What a request is called in logs and metrics: never its path, which is what a caller wrote.</summary>
public static class RequestRoute
{
    /// <summary>The template of the route that a request took, also when it ended in an exception.</summary>
    /// <param name="context">The request.</param>
    public static string Of(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);

        // The exception handler takes the endpoint off the request, and keeps it in this feature.
        var endpoint = context.GetEndpoint() ?? context.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
        return (endpoint as RouteEndpoint)?.RoutePattern.RawText is { Length: > 0 } template
            ? template[0] == '/' ? template : "/" + template
            : "(no route)";
    }
}
