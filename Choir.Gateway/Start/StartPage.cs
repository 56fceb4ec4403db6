using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Choir.Gateway.Start;

/// <summary>The start page, which links to the API's documentation and health.</summary>
/// <remarks>Its files are embedded, so that they do not depend on the working directory.</remarks>
internal static class StartPage
{
    private const string Address = "/start";

    // Allows no resources from other origins and no framing.
    private const string ContentPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
        + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void MapStart(this IEndpointRouteBuilder app)
    {
        var start = app.MapGroup("").AllowAnonymous().ExcludeFromDescription();
        start.MapGet("/", () => TypedResults.Redirect(Address));
        start.MapFile(Address, "index.html", "text/html; charset=utf-8");
        start.MapFile("/start/start.css", "start.css", "text/css; charset=utf-8");
        start.MapFile("/start/start.js", "start.js", "text/javascript; charset=utf-8");
        start.MapFile("/favicon.svg", "favicon.svg", "image/svg+xml");
    }

    private static void MapFile(this RouteGroupBuilder start, string address, string file, string contentType)
    {
        var content = Read(file);
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..16]}\"");
        start.MapGet(address, FileContentHttpResult (HttpContext context) =>
        {
            context.Response.Headers.CacheControl = "no-cache";
            context.Response.Headers.ContentSecurityPolicy = ContentPolicy;
            context.Response.Headers.XContentTypeOptions = "nosniff";
            return TypedResults.Bytes(content, contentType, entityTag: tag);
        });
    }

    private static byte[] Read(string file)
    {
        using var stream = typeof(StartPage).Assembly.GetManifestResourceStream($"Start/{file}")
            ?? throw new InvalidOperationException($"The embedded file {file} is missing.");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
