using Choir.Redaction;

namespace Choir.ServiceDefaults.Http;

/// <summary>Bounds what a server outside sends, and removes from its failures what only Choir and the server may know.</summary>
/// <param name="inner">Sends the requests.</param>
/// <param name="maxAnswer">The maximum size of an answer, in bytes.</param>
/// <param name="secrets">The secrets that the server may repeat.</param>
public abstract class AnswerHandler(HttpMessageHandler inner, int maxAnswer, KnownSecrets secrets) : DelegatingHandler(inner)
{
    /// <summary>The secrets that the server may repeat.</summary>
    protected KnownSecrets Secrets => secrets;

    /// <summary>Checks an answer, and may replace its content or its status.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="body">Its body; null if it is too large.</param>
    protected abstract void Read(HttpResponseMessage response, byte[]? body);

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage? response = null;
        try
        {
            response = await base.SendAsync(request, cancellationToken);
            // The server's words, which exceptions repeat. Without them, those of the status are used.
            response.ReasonPhrase = null;
            Read(response, await response.Content.ReadAtMostAsync(maxAnswer, cancellationToken));
            return response;
        }
        catch (Exception exception)
        {
            response?.Dispose();
            // An answer that is not HTTP is quoted.
            if (exception is HttpRequestException or IOException && exception.ToString() is var text && !ReferenceEquals(secrets.Clean(text), text))
            {
                throw new HttpRequestException(HttpRequestError.InvalidResponse, secrets.Clean(exception.Message));
            }

            throw;
        }
    }
}
