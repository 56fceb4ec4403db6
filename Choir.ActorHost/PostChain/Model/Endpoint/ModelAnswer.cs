using System.Text.Json;
using Choir.Redaction;
using Choir.ServiceDefaults;

namespace Choir.ActorHost.PostChain.Model.Endpoint;

/// <summary>Reads a chat completion, however incomplete, and writes it again with all that the OpenAI client requires.</summary>
internal static class ModelAnswer
{
    private const int MaxQuoted = 200;

    /// <param name="body">The answer.</param>
    /// <param name="secrets">What its quotes in an exception do not contain.</param>
    /// <exception cref="ModelAnswerException">The answer contains no text.</exception>
    public static byte[] Normalize(string body, KnownSecrets secrets)
    {
        var text = Trimmed(body);
        if (text.Length == 0)
        {
            throw new ModelAnswerException("it is empty");
        }

        try
        {
            using var json = JsonDocument.Parse(JsonNesting.Limit(text));
            return Normalize(json.RootElement, text, secrets);
        }
        catch (JsonException exception)
        {
            throw new ModelAnswerException(
                text[0] == '<' ? $"it is HTML or XML, not JSON: {Quote(text, secrets)}" : $"it is not JSON: {Quote(text, secrets)}", exception);
        }
    }

    /// <summary>What an endpoint says of an error, quoted; null if its answer does not say it in a known form.</summary>
    /// <param name="body">The answer.</param>
    /// <param name="secrets">What the quote does not contain.</param>
    public static string? ErrorOf(string body, KnownSecrets secrets)
    {
        try
        {
            using var json = JsonDocument.Parse(JsonNesting.Limit(Trimmed(body)));
            var answer = json.RootElement;
            var told = Get(answer, "error") is { ValueKind: not JsonValueKind.Null } error
                ? MessageOf(error)
                : TextOf(Get(answer, "message")) ?? TextOf(Get(answer, "detail"));
            return string.IsNullOrWhiteSpace(told) ? null : Quote(told, secrets);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Trimmed(string body) => JsonText.Clean(body).Trim('\uFEFF', ' ', '\r', '\n', '\t');

    private static string MessageOf(JsonElement error) => TextOf(Get(error, "message")) ?? TextOf(error) ?? error.GetRawText();

    private static byte[] Normalize(JsonElement answer, string text, KnownSecrets secrets)
    {
        if (Get(answer, "choices") is not { ValueKind: JsonValueKind.Array } choices || choices.GetArrayLength() == 0)
        {
            throw new ModelAnswerException(
                Get(answer, "error") is { ValueKind: not JsonValueKind.Null } error
                    ? $"it is an error: {Quote(MessageOf(error), secrets)}"
                    : $"it has no choices: {Quote(text, secrets)}");
        }

        var choice = choices[0];
        var message = Get(choice, "message");
        // Older servers send the text beside the message.
        var content = TextOf(Get(message, "content")) ?? TextOf(Get(choice, "text")) ?? "";
        if (string.IsNullOrWhiteSpace(content) && TextOf(Get(message, "refusal")) is { Length: > 0 } refusal)
        {
            throw new ModelAnswerException($"the model refused: {Quote(refusal, secrets)}");
        }

        return Write(answer, content, TextOf(Get(choice, "finish_reason")) is ("length" or "content_filter") and { } reason ? reason : "stop");
    }

    private static byte[] Write(JsonElement answer, string content, string finishReason) =>
        JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object?>
        {
            ["id"] = TextOf(Get(answer, "id")) ?? "",
            ["object"] = "chat.completion",
            ["created"] = 0,
            ["model"] = TextOf(Get(answer, "model")) ?? "",
            ["choices"] = new[]
            {
                new { index = 0, message = new { role = "assistant", content }, finish_reason = finishReason },
            },
            ["usage"] = Get(answer, "usage") is { ValueKind: JsonValueKind.Object } usage
                ? new
                {
                    prompt_tokens = Count(usage, "prompt_tokens"),
                    completion_tokens = Count(usage, "completion_tokens"),
                    total_tokens = Count(usage, "total_tokens"),
                }
                : null,
        });

    private static JsonElement? Get(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } parent && parent.TryGetProperty(name, out var value) ? value : null;

    /// <summary>A text, or the texts of a list of content parts; null for anything else.</summary>
    private static string? TextOf(JsonElement? element) => element switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Array } parts => string.Concat(parts.EnumerateArray().Select(part => TextOf(Get(part, "text")))),
        _ => null,
    };

    private static int Count(JsonElement usage, string name) =>
        Get(usage, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var count) ? Math.Max(0, count) : 0;

    private static string Quote(string text, KnownSecrets secrets) => '"' + PlainText.OneLine(secrets.Clean(text), MaxQuoted) + '"';
}
