using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Choir.Gateway.Pages;

/// <summary>Serves the files of a page.</summary>
/// <remarks>The files are embedded, so that they do not depend on the working directory.</remarks>
internal static class PageFiles
{
    // Allows no resources from other origins and no framing.
    private const string ContentPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
        + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Maps a file.</summary>
    /// <param name="app">The routes.</param>
    /// <param name="address">The path.</param>
    /// <param name="file">The name of the embedded file.</param>
    public static void MapFile(this IEndpointRouteBuilder app, string address, string file)
    {
        var content = Read(file);
        var contentType = ContentTypeOf(file);
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..16]}\"");
        app.MapGet(address, FileContentHttpResult (HttpContext context) =>
        {
            context.Response.Headers.CacheControl = "no-cache";
            context.Response.Headers.ContentSecurityPolicy = ContentPolicy;
            context.Response.Headers.XContentTypeOptions = "nosniff";
            return TypedResults.Bytes(content, contentType, entityTag: tag);
        });
    }

    private static string ContentTypeOf(string file) => Path.GetExtension(file) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => throw new InvalidOperationException($"The content type of {other} files is not known."),
    };

    private static byte[] Read(string file)
    {
        using var stream = typeof(PageFiles).Assembly.GetManifestResourceStream(file)
            ?? throw new InvalidOperationException($"The embedded file {file} is missing.");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
