using System.Net.Http.Headers;

namespace Choir.LoadTest.Scenarios;

/// <summary>A request with placeholders; see <see cref="TextTemplate"/>.</summary>
/// <param name="method">The method.</param>
/// <param name="url">The address, or the path on the gateway.</param>
/// <param name="headers">The headers.</param>
/// <param name="body">The body; null for none.</param>
/// <param name="contentType">The body's type.</param>
internal sealed class RequestTemplate(
    HttpMethod method, TextTemplate url, IReadOnlyList<(string Name, TextTemplate Value)> headers, TextTemplate? body, MediaTypeHeaderValue contentType)
{
    public static bool IsAbsolute(string? url) =>
        url is not null
        && (url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || url.StartsWith("https://", StringComparison.OrdinalIgnoreCase));

    public HttpRequestMessage Fill(Operation operation, GatewayClient gateway)
    {
        var request = gateway.Request(method, new Uri(gateway.Address, url.Fill(operation)));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(GatewayClient.Utf8(body.Fill(operation)));
            request.Content.Headers.ContentType = contentType;
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value.Fill(operation));
        }

        return request;
    }
}
