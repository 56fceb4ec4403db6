using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Choir.Redaction;
using Choir.ServiceDefaults.Http;

namespace Choir.ActorHost.PostChain.Model.Endpoint;

/// <summary>
/// Bounds what a model's endpoint sends, and gives its answer the form that the OpenAI client reads: endpoints leave out
/// fields that the client requires, or add values that it does not know.
/// </summary>
/// <param name="options">The endpoint's address and key, which its failures do not contain.</param>
/// <param name="inner">Sends the requests.</param>
internal sealed class ModelAnswerHandler(ModelOptions options, HttpMessageHandler inner)
    : AnswerHandler(inner, MaxAnswer, KnownSecrets.Of(options.Endpoint, options.Key))
{
    /// <summary>The maximum size of an answer, in bytes.</summary>
    public const int MaxAnswer = 4 * 1024 * 1024;

    private const string RetryAfter = "Retry-After";

    /// <summary>The longest wait that an endpoint may ask for before a retry.</summary>
    private static readonly TimeSpan MaxRetryAfter = TimeSpan.FromSeconds(10);

    // Removed from texts of the model too. A part of the address may be a word that it uses.
    private readonly KnownSecrets _key = KnownSecrets.Of(null, options.Key);

    // So that all retries fit into the time of the phase.
    private readonly TimeSpan _maxRetryAfter =
        options.Timeout / (options.Retries + 1) is var share && share < MaxRetryAfter ? share : MaxRetryAfter;

    /// <inheritdoc/>
    protected override void Read(HttpResponseMessage response, byte[]? body)
    {
        if (body is null)
        {
            throw new ModelAnswerException($"it is larger than {MaxAnswer / 1024 / 1024} MiB");
        }

        // Invalid UTF-8 becomes U+FFFD.
        var text = Encoding.UTF8.GetString(body);
        if (response.IsSuccessStatusCode)
        {
            response.Content = Json(ModelAnswer.Normalize(_key.Clean(text), Secrets));
        }
        else
        {
            // The client repeats it in its exception.
            response.Content = Json(Encoding.UTF8.GetBytes(Secrets.Clean(text)));
            LimitRetryAfter(response.Headers);
        }
    }

    /// <inheritdoc/>
    protected override Exception Redirected(string where) =>
        new ModelAnswerException($"it redirects to {where}, which is not followed; set Model:Endpoint to the right address");

    /// <inheritdoc/>
    protected override Exception Compressed(string? name) =>
        new ModelAnswerException(name is null ? "its compression is broken" : $"it is compressed ({name})");

    private static ByteArrayContent Json(byte[] body) => new(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    /// <summary>
    /// With a longer wait the phase would end with a timeout instead of the endpoint's status. The client also reads forms that are not in
    /// the standard, such as fractions and other dates; only whole seconds are left to it.
    /// </summary>
    private void LimitRetryAfter(HttpResponseHeaders headers)
    {
        var seconds = headers.NonValidated.TryGetValues(RetryAfter, out var values)
            && int.TryParse(values.ToString().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            && TimeSpan.FromSeconds(value) <= _maxRetryAfter
                ? value
                : (int?)null;
        headers.Remove(RetryAfter);
        headers.Remove("retry-after-ms");
        headers.Remove("x-ms-retry-after-ms");
        if (seconds is { } after)
        {
            headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(after));
        }
    }
}
