using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;

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

        var body = new MemoryStream();
        await request.Body.CopyToAsync(body, context.HttpContext.RequestAborted);
        if (Problem(body.GetBuffer().AsMemory(0, (int)body.Length)) is { } problem)
        {
            return Refusal(problem.Code, problem.Text);
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
            return Refusal(InvalidParameters, ParameterFilter.NotThoseOfTheMethod);
        }
    }

    private static IResult Refusal(int code, string text) =>
        Results.Json(new { jsonrpc = "2.0", id = (string?)null, error = new { code, message = text } }, statusCode: StatusCodes.Status400BadRequest);

    private static (int Code, string Text)? Problem(ReadOnlyMemory<byte> body)
    {
        if (body.Length == 0 || !Utf8.IsValid(body.Span))
        {
            return (ParseError, body.Length == 0 ? "The body is empty: send a message of JSON-RPC 2.0." : "The body is not UTF-8.");
        }

        try
        {
            using var json = JsonDocument.Parse(body.Span.StartsWith(ByteOrderMark) ? body[ByteOrderMark.Length..] : body, new() { MaxDepth = MaxDepth });
            return Problem(json.RootElement) is { } problem ? (InvalidRequest, problem) : null;
        }
        catch (JsonException)
        {
            return (ParseError, $"The body is not valid JSON with at most {MaxDepth} levels.");
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
