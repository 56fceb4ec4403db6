using System.Globalization;
using System.Text;
using Choir.Gateway.Problems;
using Microsoft.AspNetCore.Http.Features;

namespace Choir.Gateway.Requests;

/// <summary>
/// Percent-decodes the segments of a path exactly once, so that the ids <c>a/b</c>, <c>a%2Fb</c> and <c>..</c> are three
/// different ids, written <c>a%2Fb</c>, <c>a%252Fb</c> and <c>%2E%2E</c>.
/// </summary>
/// <remarks>
/// The server decodes everything except <c>%2F</c>, so that <c>a%2Fb</c> and <c>a%252Fb</c> become equal, and then removes dot
/// segments, encoded ones too. Therefore the path is taken from the request's raw target: each segment is decoded, and in the
/// result <c>%</c> and <c>/</c> are escaped for routing, which splits at <c>/</c>. After routing the route values are unescaped.
/// </remarks>
internal static class ExactPath
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Adds routing by the exact path.</summary>
    public static void UseExactRouting(this WebApplication app)
    {
        app.Use(static (context, next) =>
        {
            if (PathOf(context.Features.Get<IHttpRequestFeature>()?.RawTarget) is { } path && path.Contains('%', StringComparison.Ordinal))
            {
                // Not by the conversion from string, which decodes.
                context.Request.Path = new PathString(Escape(path));
            }

            return next(context);
        });
        app.UseRouting();
        app.Use(static (context, next) =>
        {
            UnescapeValues(context);
            return next(context);
        });
    }

    /// <summary>The path with each segment decoded once, and then escaped for routing.</summary>
    /// <exception cref="ProblemException">An escape is malformed, or the bytes are not UTF-8.</exception>
    internal static string Escape(string path)
    {
        var segments = new List<string>();
        foreach (var segment in path[1..].Split('/'))
        {
            // Dot segments that are not encoded mean what they mean in any URL (RFC 3986, 5.2.4).
            if (segment == ".." && segments.Count > 0)
            {
                segments.RemoveAt(segments.Count - 1);
            }

            if (segment is not ("." or ".."))
            {
                segments.Add(Decode(segment)
                    .Replace("%", "%25", StringComparison.Ordinal)
                    .Replace("/", "%2F", StringComparison.Ordinal));
            }
        }

        return "/" + string.Join('/', segments);
    }

    // The target is a path with a query, or a complete URL.
    private static string? PathOf(string? target)
    {
        if (string.IsNullOrEmpty(target))
        {
            return null;
        }

        var start = target[0] == '/' ? 0
            : target.IndexOf("://", StringComparison.Ordinal) is > 0 and var scheme ? target.IndexOf('/', scheme + 3)
            : -1;
        if (start < 0)
        {
            return null;
        }

        var end = target.IndexOf('?', start);
        return end < 0 ? target[start..] : target[start..end];
    }

    private static string Decode(string segment)
    {
        if (!segment.Contains('%', StringComparison.Ordinal))
        {
            return segment;
        }

        var bytes = new List<byte>(segment.Length);
        for (var index = 0; index < segment.Length; index++)
        {
            if (segment[index] != '%')
            {
                bytes.Add((byte)segment[index]);
                continue;
            }

            if (index + 2 >= segment.Length
                || !byte.TryParse(segment.AsSpan(index + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            {
                throw ProblemException.Invalid(
                    "The path has a % without two hexadecimal digits after it. Write a percent sign as %25.");
            }

            bytes.Add(value);
            index += 2;
        }

        try
        {
            return StrictUtf8.GetString([.. bytes]);
        }
        catch (DecoderFallbackException)
        {
            throw ProblemException.Invalid("The path has percent-encoded bytes that are not valid UTF-8.");
        }
    }

    private static void UnescapeValues(HttpContext context)
    {
        var values = context.Request.RouteValues;
        foreach (var parameter in (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.Parameters ?? [])
        {
            if (values.TryGetValue(parameter.Name, out var value) && value is string text && text.Contains('%', StringComparison.Ordinal))
            {
                values[parameter.Name] = text
                    .Replace("%2F", "/", StringComparison.Ordinal)
                    .Replace("%25", "%", StringComparison.Ordinal);
            }
        }
    }
}
