using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace Choir.Observatory.Traces;

/// <summary>The links that the application adds to a trace.</summary>
internal static class TraceLinks
{
    /// <summary>The links with an <c>http</c> or <c>https</c> address; none if the application fails to make them.</summary>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The trace is shown without its links, whatever the application throws.")]
    public static IReadOnlyList<(string Title, string Url)> Of(ObservatoryOptions options, string traceId, ILogger logger)
    {
        try
        {
            return [.. (options.TraceLinks?.Invoke(traceId) ?? []).Where(link => IsWeb(link.Url))];
        }
        catch (Exception e)
        {
            logger.TraceLinksFailed(e.Message);
            return [];
        }
    }

    private static bool IsWeb(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps);
}
