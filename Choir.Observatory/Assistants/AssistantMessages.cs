using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Choir.Observatory.Assistants;

/// <summary>
/// Answers a body that is no message of JSON-RPC with what is wrong. The protocol's library throws, which would be answered as an error of
/// this application.
/// </summary>
internal static class AssistantMessages
{
    private const int ParseError = -32_700;
    private const int InvalidRequest = -32_600;
    private const int InvalidParameters = -32_602;

    // As deep as the protocol's library reads.
    private const int MaxDepth = 64;

    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];

    /// <summary>A filter of the endpoint.</summary>
    public static async ValueTask<object?> CheckAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext.Request;
        if (!HttpMethods.IsPost(request.Method))
        {
            return await next(context);
        }

        if (FormatProblem(request) is { } format)
        {
            return Refusal(InvalidRequest, format, status: StatusCodes.Status415UnsupportedMediaType);
        }

        var body = new MemoryStream();
        await request.Body.CopyToAsync(body, context.HttpContext.RequestAborted);
        var (problem, id) = Read(body.GetBuffer().AsMemory(0, (int)body.Length));
        if (problem is { } found)
        {
            return Refusal(found.Code, found.Text);
        }

        body.Position = 0;
        request.Body = body;
        try
        {
            return await next(context);
        }
        catch (JsonException) when (!context.HttpContext.Response.HasStarted)
        {
            // The rest of the message was checked.
            return Refusal(InvalidParameters, "The message has a member that is not known, or its parameters are not those of the method.", id);
        }
    }

    // As the other routes of the gateway refuse them; the application may check no formats itself.
    private static string? FormatProblem(HttpRequest request)
    {
        if (request.Headers.ContentEncoding.Any(encoding => !"identity".Equals(encoding, StringComparison.OrdinalIgnoreCase)))
        {
            return "Compressed bodies are not supported: send the body uncompressed, without the header Content-Encoding.";
        }

        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.Charset.HasValue)
        {
            return null;
        }

        // The framework does not know a charset in quotes.
        type.Charset = HeaderUtilities.RemoveQuotes(type.Charset);
        request.ContentType = type.ToString();
        return type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) ? null : "The charset in Content-Type must be UTF-8.";
    }

    private static IResult Refusal(int code, string text, JsonElement? id = null, int status = StatusCodes.Status400BadRequest) =>
        Results.Json(new { jsonrpc = "2.0", id, error = new { code, message = text } }, statusCode: status);

    // The problem of a message, or the id of one that has none.
    private static ((int Code, string Text)? Problem, JsonElement? Id) Read(ReadOnlyMemory<byte> body)
    {
        if (body.Length == 0 || !Utf8.IsValid(body.Span))
        {
            return ((ParseError, body.Length == 0 ? "The body is empty: send a message of JSON-RPC 2.0." : "The body is not UTF-8."), null);
        }

        try
        {
            using var json = JsonDocument.Parse(body.Span.StartsWith(ByteOrderMark) ? body[ByteOrderMark.Length..] : body, new() { MaxDepth = MaxDepth });
            return Problem(json.RootElement) is { } problem ? ((InvalidRequest, problem), null)
                : (null, json.RootElement.TryGetProperty("id", out var id) ? id.Clone() : null);
        }
        catch (JsonException)
        {
            return ((ParseError, $"The body is not valid JSON with at most {MaxDepth} levels."), null);
        }
    }

    private static string? Problem(JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object)
        {
            return message.ValueKind == JsonValueKind.Array ? "Batches are not supported: send one message." : "The message must be an object.";
        }

        if (!message.TryGetProperty("jsonrpc", out var version) || TextOf(version) != "2.0")
        {
            return "\"jsonrpc\" must be \"2.0\".";
        }

        var hasId = message.TryGetProperty("id", out var id);
        if (hasId && TextOf(id) is null && !(id.ValueKind == JsonValueKind.Number && id.TryGetInt64(out _)))
        {
            return "\"id\" must be a text or a whole number of 64 bits.";
        }

        if (message.TryGetProperty("method", out var method))
        {
            return string.IsNullOrEmpty(TextOf(method)) ? "\"method\" must be a text." : null;
        }

        // The client answers a request of the server.
        return hasId && (message.TryGetProperty("result", out _) || message.TryGetProperty("error", out _)) ? null : "\"method\" is missing.";
    }

    private static string? TextOf(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a pair of surrogates.
            return null;
        }
    }
}
