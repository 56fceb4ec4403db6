using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Choir.Actors.State;

/// <summary>Makes values of a state fit to be seen in logs and by operators: no secrets, and not too long.</summary>
internal static class Redaction
{
    /// <summary>The most characters of a value.</summary>
    public const int MaxLength = 256;

    private const string Redacted = "[redacted]";

    // For people to read, so escaped no more than JSON needs; whoever puts it into a page escapes it for that.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] SecretWords =
        ["password", "passwd", "secret", "token", "apikey", "privatekey", "credential", "authorization", "connectionstring", "cookie"];

    /// <summary>Whether the name of a key says that its value is nobody's business.</summary>
    public static bool IsSecret(string key)
    {
        var plain = key.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
        return Array.Exists(SecretWords, word => plain.Contains(word, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>A value in JSON, redacted and cut.</summary>
    /// <param name="key">The key that it stands under.</param>
    /// <param name="value">The value.</param>
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

    /// <summary>JSON with the values of secret keys taken out, at any depth.</summary>
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
