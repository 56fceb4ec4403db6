using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Choir.ServiceDefaults.Telemetry.Requests;

/// <summary>The name of a request in logs and metrics: its route, never the path, which the caller chooses.</summary>
public static class RequestRoute
{
    /// <summary>The route template of a request, also after an exception.</summary>
    /// <param name="context">The request.</param>
    public static string Of(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);

        // The exception handler removes the endpoint from the request and stores it in this feature.
        var endpoint = context.GetEndpoint() ?? context.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
        return (endpoint as RouteEndpoint)?.RoutePattern.RawText is { Length: > 0 } template
            ? template[0] == '/' ? template : "/" + template
            : "(no route)";
    }
}
