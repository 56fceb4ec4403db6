namespace Choir.Gateway.Requests;

/// <summary>
/// The correlation id of the message that a request sends. It is in the response's header and body, also if the request fails
/// after the message was sent, so that <c>GET /traces/{id}</c> shows what happened.
/// </summary>
internal static class Correlation
{
    public const string Header = "X-Correlation-Id";

    /// <summary>Chooses the id. Called when the request is valid and its message is about to be sent.</summary>
    public static Guid Start(HttpContext context) => Use(context, Guid.CreateVersion7());

    /// <summary>Names the id of an earlier message, such as the one that a repeated request repeats.</summary>
    public static Guid Use(HttpContext context, Guid correlationId)
    {
        context.Items[typeof(Correlation)] = correlationId;
        WriteHeader(context);
        return correlationId;
    }

    /// <summary>The id; null if the request has sent no message.</summary>
    public static Guid? Of(HttpContext context) => context.Items[typeof(Correlation)] as Guid?;

    public static void WriteHeader(HttpContext context)
    {
        if (Of(context) is { } correlationId)
        {
            context.Response.Headers[Header] = correlationId.ToString("D");
        }
    }
}
