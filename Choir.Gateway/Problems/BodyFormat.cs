using System.Text;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace Choir.Gateway.Problems;

/// <summary>Rejects a body in an unknown charset or a compressed one with 415. JSON itself is checked when it is read.</summary>
internal sealed class BodyFormat(RequestDelegate next)
{
    private const string Uncompressed = "identity";

    public Task Invoke(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>() is not null)
        {
            Check(context.Request.Headers);
        }

        return next(context);
    }

    private static void Check(IHeaderDictionary headers)
    {
        if (headers.ContentEncoding.Any(encoding => !Uncompressed.Equals(encoding, StringComparison.OrdinalIgnoreCase)))
        {
            throw ProblemException.UnsupportedMediaType(
                "Compressed bodies are not supported: send the body uncompressed, without the header Content-Encoding.");
        }

        if (!MediaTypeHeaderValue.TryParse(headers.ContentType.ToString(), out var type) || !type.Charset.HasValue)
        {
            return;
        }

        // The framework does not know a charset in quotes.
        type.Charset = HeaderUtilities.RemoveQuotes(type.Charset);
        headers.ContentType = type.ToString();
        if (!IsKnown(type.Charset.ToString()))
        {
            throw ProblemException.UnsupportedMediaType(
                "The charset in Content-Type is not known: send the body as UTF-8, with the header Content-Type: application/json.");
        }
    }

    // Encoding has no method that tries. Known names are few, and found in a cache.
    private static bool IsKnown(string charset)
    {
        try
        {
            return charset.Length > 0 && Encoding.GetEncoding(charset) is not null;
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }
}
