using System.Net;
using System.Text;
using System.Text.Json;
using Choir.Redaction;
using Choir.ServiceDefaults.Http;

namespace Choir.ServiceDefaults.Ethereum;

/// <summary>
/// Bounds a node's answers and makes errors readable that Nethereum does not read: a JSON-RPC error with an HTTP status other
/// than 200, or an error that is only text. An answer that is not JSON-RPC becomes a <see cref="NodeAnswerException"/>.
/// Errors do not contain parts of the node's address, which may have an access key.
/// </summary>
/// <param name="address">The node's address.</param>
/// <param name="inner">Sends the requests.</param>
public sealed class NodeAnswerHandler(Uri address, HttpMessageHandler inner) : AnswerHandler(inner, MaxAnswer, KnownSecrets.Of(address))
{
    /// <summary>The maximum size of an answer, in bytes.</summary>
    public const int MaxAnswer = 16 * 1024 * 1024;

    /// <summary>The maximum length of an error's message, in UTF-16 units.</summary>
    public const int MaxMessage = 500;

    /// <summary>The code for an error that has none: "server error" of the protocol.</summary>
    private const int ServerError = -32000;

    private const int MaxQuoted = 80;

    /// <inheritdoc/>
    protected override void Read(HttpResponseMessage response, byte[]? body)
    {
        ArgumentNullException.ThrowIfNull(response);
        Check(response, body ?? throw new NodeAnswerException($"The node's answer is larger than {MaxAnswer / 1024 / 1024} MiB."));
    }

    /// <inheritdoc/>
    protected override Exception Redirected(string where) =>
        new NodeAnswerException($"The node redirects to {where}, which is not followed. Set Chain:Url to the right address.");

    /// <inheritdoc/>
    protected override Exception Compressed(string? name) =>
        new NodeAnswerException(name is null ? "The compression of the node's answer is broken." : $"The node's answer is compressed ({name}).");

    private void Check(HttpResponseMessage response, byte[] body)
    {
        var problem = body.Length == 0 ? "The node's answer is empty." : null;
        try
        {
            using var json = problem is null ? JsonDocument.Parse(body) : null;
            if (json is { RootElement.ValueKind: JsonValueKind.Object })
            {
                problem = ReadObject(response, json.RootElement) ? null
                    : $"The node's answer has neither a result nor an error: {Quote(body)}";
            }
            else if (json is { RootElement.ValueKind: not JsonValueKind.Array })
            {
                problem = $"The node's answer is not JSON-RPC: {Quote(body)}";
            }
        }
        catch (JsonException)
        {
            problem = $"The node's answer is not JSON: {Quote(body)}";
        }

        // The status of another response says more than its body.
        if (problem is not null && response.IsSuccessStatusCode)
        {
            throw new NodeAnswerException(problem);
        }
    }

    /// <summary>Returns whether the object is an answer: whether it has an error or a result.</summary>
    private bool ReadObject(HttpResponseMessage response, JsonElement answer)
    {
        if (answer.TryGetProperty("error", out var error) && error.ValueKind != JsonValueKind.Null)
        {
            if (Rewritten(answer, error) is { } rewritten)
            {
                response.Content = new ByteArrayContent(rewritten);
            }
        }
        else if (!answer.TryGetProperty("result", out var result))
        {
            return false;
        }
        else if (TextOf(result) is { } text && Secrets.Clean(text) is var clean && !ReferenceEquals(clean, text))
        {
            // A text in place of a number, which is quoted.
            response.Content = new ByteArrayContent(Answer(answer, "result", clean));
        }

        response.StatusCode = HttpStatusCode.OK;
        return true;
    }

    /// <summary>The answer with an error that has a code and a message that can be shown and stored; null if it has.</summary>
    private byte[]? Rewritten(JsonElement answer, JsonElement error)
    {
        var isObject = error.ValueKind == JsonValueKind.Object;
        var code = isObject && error.TryGetProperty("code", out var given) && given.ValueKind == JsonValueKind.Number
            && given.TryGetInt32(out var number) ? number : (int?)null;
        var message = isObject ? error.TryGetProperty("message", out var told) ? TextOf(told) : null : TextOf(error);
        var plain = PlainText.Shorten(Secrets.Clean(PlainText.Clean(message ?? error.GetRawText())), MaxMessage);
        if (code is not null && message is not null && ReferenceEquals(plain, message))
        {
            return null;
        }

        return Answer(answer, "error", new Dictionary<string, object?>
        {
            ["code"] = code ?? ServerError,
            ["message"] = plain,
            ["data"] = isObject && error.TryGetProperty("data", out var data) ? data : null,
        });
    }

    private static byte[] Answer(JsonElement original, string name, object value) => JsonSerializer.SerializeToUtf8Bytes(
        new Dictionary<string, object?>
        {
            ["jsonrpc"] = "2.0",
            ["id"] = original.TryGetProperty("id", out var id) ? id : null,
            [name] = value,
        });

    private static string? TextOf(JsonElement element)
    {
        try
        {
            return element.ValueKind == JsonValueKind.String ? element.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // An escaped surrogate without its pair.
            return null;
        }
    }

    private string Quote(byte[] body) => '"' + PlainText.OneLine(Secrets.Clean(Encoding.UTF8.GetString(body)), MaxQuoted) + '"';
}
