using System.Net;
using Choir.Redaction;

namespace Choir.ServiceDefaults.Http;

/// <summary>Bounds what a server outside sends, and removes from its failures what only Choir and the server may know.</summary>
/// <param name="inner">Sends the requests.</param>
/// <param name="maxAnswer">The maximum size of an answer, in bytes.</param>
/// <param name="secrets">The secrets that the server may repeat.</param>
public abstract class AnswerHandler(HttpMessageHandler inner, int maxAnswer, KnownSecrets secrets) : DelegatingHandler(inner)
{
    private const int MaxName = 100;

    /// <summary>The secrets that the server may repeat.</summary>
    protected KnownSecrets Secrets => secrets;

    /// <summary>Checks an answer, and may replace its content or its status.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="body">Its body; null if it is too large.</param>
    protected abstract void Read(HttpResponseMessage response, byte[]? body);

    /// <summary>The failure of an answer that redirects to another address. What was sent must not go there.</summary>
    /// <param name="where">That address without its path, which may have an access key, or else that it is not known.</param>
    protected abstract Exception Redirected(string where);

    /// <summary>The failure of an answer that is compressed and cannot be read.</summary>
    /// <param name="name">The name of a compression that is not known; null if the answer is broken.</param>
    protected abstract Exception Compressed(string? name);

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage? response = null;
        try
        {
            response = await base.SendAsync(request, cancellationToken);
            // The server's words, which exceptions repeat. Without them, those of the status are used.
            response.ReasonPhrase = null;
            if (response.StatusCode is HttpStatusCode.Moved or HttpStatusCode.Found or HttpStatusCode.SeeOther
                or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect)
            {
                throw Redirected(Target(request, response));
            }

            // The compressions that the inner handler knows are undone, and no longer named. An error's status says more.
            if (response.IsSuccessStatusCode
                && response.Content.Headers.ContentEncoding.LastOrDefault(name => name != "identity") is { } compression)
            {
                throw Compressed(PlainText.OneLine(compression, MaxName));
            }

            Read(response, await BodyAsync(response, cancellationToken));
            return response;
        }
        catch (Exception exception)
        {
            response?.Dispose();
            if (IsBroken(exception))
            {
                throw Compressed(name: null);
            }

            // An answer that is not HTTP is quoted.
            if (exception is HttpRequestException or IOException && exception.ToString() is var text && !ReferenceEquals(secrets.Clean(text), text))
            {
                throw new HttpRequestException(HttpRequestError.InvalidResponse, secrets.Clean(FailureReason.Of(exception)));
            }

            throw;
        }
    }

    private async Task<byte[]?> BodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return await response.Content.ReadAtMostAsync(maxAnswer, cancellationToken);
        }
        catch (Exception exception) when (IsBroken(exception) && !response.IsSuccessStatusCode)
        {
            // Its status says more.
            return [];
        }
    }

    // A compression that ends too early too: see UseStrictValidation in Directory.Build.props.
    private static bool IsBroken(Exception exception) => exception is InvalidDataException or { InnerException: InvalidDataException };

    private string Target(HttpRequestMessage request, HttpResponseMessage response)
    {
        var named = response.Headers.NonValidated.TryGetValues("Location", out var values) ? values.ToString().Trim() : "";
        return named.Length == 0 ? "an address that it does not name"
            : request.RequestUri is { } own && Uri.TryCreate(own, named, out var target)
                ? PlainText.OneLine(secrets.Clean(target.GetLeftPart(UriPartial.Scheme) + target.Authority), MaxName)
            : "an address that is not valid";
    }
}
