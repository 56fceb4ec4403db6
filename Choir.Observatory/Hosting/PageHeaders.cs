using Microsoft.AspNetCore.Http;

namespace Choir.Observatory.Hosting;

/// <summary>Response headers that keep the pages from loading or sending anything to another server, and from being framed.</summary>
internal sealed class PageHeaders(RequestDelegate next)
{
    // The component library sets style attributes, which only 'unsafe-inline' allows. Scripts are files of this server.
    private const string ContentPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self';"
        + " manifest-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(static state =>
        {
            var headers = ((HttpContext)state).Response.Headers;
            headers.ContentSecurityPolicy = ContentPolicy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "same-origin";
            return Task.CompletedTask;
        }, context);
        return next(context);
    }
}
