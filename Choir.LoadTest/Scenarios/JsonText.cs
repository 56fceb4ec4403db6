using System.Text.Json;

namespace Choir.LoadTest.Scenarios;

/// <summary>Finds a text in JSON without reading the rest into objects, which costs little.</summary>
internal static class JsonText
{
    /// <summary>The text of a name at the top level; null if it is not there or this is no JSON object.</summary>
    public static string? Find(ReadOnlySpan<byte> json, string name)
    {
        var reader = new Utf8JsonReader(json, isFinalBlock: false, default);
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals(name))
                {
                    return reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
                }

                if (reader.CurrentDepth == 0 && reader.TokenType != JsonTokenType.StartObject)
                {
                    return null;
                }
            }
        }
        catch (Exception invalid) when (invalid is JsonException or InvalidOperationException)
        {
            // What is not JSON has no such text; an invalid text is none either.
        }

        return null;
    }
}
