using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Choir.Actors.State;

/// <summary>Removes secrets from state values, and shortens them, for logs and the inspection API.</summary>
internal static class Redaction
{
    /// <summary>The most characters of a value in a log record.</summary>
    public const int MaxLength = 256;

    private const string Redacted = "[redacted]";

    // Escapes only what JSON requires, for readable logs. A page that shows it has to escape HTML itself.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] SecretWords =
        ["password", "passwd", "secret", "token", "apikey", "privatekey", "credential", "authorization", "connectionstring", "cookie"];

    /// <summary>Whether the name of a key suggests that its value is a secret.</summary>
    public static bool IsSecret(string key)
    {
        var plain = key.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
        return Array.Exists(SecretWords, word => plain.Contains(word, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>A value as JSON, redacted and shortened.</summary>
    public static string? Describe(string key, object? value)
    {
        if (value is null)
        {
            return null;
        }

        if (IsSecret(key))
        {
            return Redacted;
        }

        try
        {
            return Cut(Clean(JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), ActorJson.Options)));
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            return $"({value.GetType().Name})";
        }
    }

    /// <summary>Replaces the values of secret keys in JSON, at any depth.</summary>
    public static string Clean(ReadOnlySpan<byte> json)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Readable))
        {
            using var document = JsonDocument.Parse(json.ToArray());
            Write(writer, document.RootElement);
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void Write(Utf8JsonWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in value.EnumerateObject())
                {
                    writer.WritePropertyName(property.Name);
                    if (IsSecret(property.Name))
                    {
                        writer.WriteStringValue(Redacted);
                    }
                    else
                    {
                        Write(writer, property.Value);
                    }
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

    private static string Cut(string text) => text.Length <= MaxLength ? text : string.Concat(text.AsSpan(0, MaxLength), "…");
}
