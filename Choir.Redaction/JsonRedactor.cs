using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Choir.Redaction;

/// <summary>Removes secrets from JSON, at any depth.</summary>
public static class JsonRedactor
{
    // Escapes only what JSON requires, for readable logs. A page that shows it has to escape HTML itself.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Replaces secrets.</summary>
    /// <param name="json">The JSON.</param>
    /// <param name="type">The type that it was written from, whose attributes apply; null if it is unknown.</param>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static string Clean(ReadOnlyMemory<byte> json, JsonTypeInfo? type = null)
    {
        using var document = JsonDocument.Parse(json);
        return Write(writer => Write(writer, document.RootElement, TypeRules.Of(type)));
    }

    /// <summary>Replaces secrets in the value of a property.</summary>
    /// <param name="name">The name of the property.</param>
    /// <param name="json">The value.</param>
    /// <param name="owner">The type that has the property; null if it is unknown.</param>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static string CleanProperty(string name, ReadOnlyMemory<byte> json, JsonTypeInfo? owner)
    {
        using var document = JsonDocument.Parse(json);
        return Write(writer => WriteProperty(writer, name, document.RootElement, TypeRules.Of(owner)));
    }

    private static string Write(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Readable))
        {
            write(writer);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void Write(Utf8JsonWriter writer, JsonElement value, TypeRules rules)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(writer, value, rules);
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    Write(writer, item, rules.Element);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(Redactor.Clean(value.GetString()!));
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

    private static void WriteObject(Utf8JsonWriter writer, JsonElement value, TypeRules rules)
    {
        // Of {"name":"password","value":"…"}
        var named = value.EnumerateObject().FirstOrDefault(property => Is(property, "name") || Is(property, "key")).Value;
        var cleaned = 0;
        writer.WriteStartObject();
        foreach (var property in value.EnumerateObject())
        {
            var name = Redactor.Clean(property.Name);
            // Numbered, because names in an object differ.
            writer.WritePropertyName(name == property.Name || ++cleaned == 1 ? name : $"{name} {cleaned}");
            var isNamed = named.ValueKind == JsonValueKind.String && Is(property, "value");
            WriteProperty(
                writer, property.Name, property.Value, rules, isNamed && Redactor.IsSecret(named.GetString()!, property.Value.ValueKind));
        }

        writer.WriteEndObject();
    }

    private static bool Is(JsonProperty property, string name) => property.Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static void WriteProperty(Utf8JsonWriter writer, string name, JsonElement value, TypeRules rules, bool isSecret = false)
    {
        var (shows, type) = rules.Of(name);
        if (shows ?? (!isSecret && !Redactor.IsSecret(name, value.ValueKind)))
        {
            if (shows == true)
            {
                value.WriteTo(writer);
            }
            else
            {
                Write(writer, value, type);
            }
        }
        else
        {
            writer.WriteStringValue(Redactor.Mark);
        }
    }
}
