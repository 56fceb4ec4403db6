using System.Text;
using System.Text.Json;

namespace Choir.Gateway.Problems;

/// <summary>What text must not hold: Postgres takes no U+0000, and half a surrogate pair is no character at all.</summary>
internal static class TextRules
{
    /// <summary>Refuses text that cannot be stored.</summary>
    /// <param name="text">The text.</param>
    /// <param name="name">How the caller knows it.</param>
    public static void Check(ReadOnlySpan<char> text, string name)
    {
        for (var index = text.IndexOfAnyInRange('\uD800', '\uDFFF') is var first and >= 0 ? first : text.Length;
             index < text.Length;
             index++)
        {
            if (char.IsHighSurrogate(text[index]) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]))
            {
                index++;
            }
            else if (char.IsSurrogate(text[index]))
            {
                throw ProblemException.Invalid($"{name} holds half of a surrogate pair at character {index + 1}.");
            }
        }

        if (text.IndexOf('\0') is var zero and >= 0)
        {
            throw ProblemException.Invalid($"{name} holds the character U+0000 at {zero + 1}, which cannot be stored.");
        }
    }

    /// <summary>Refuses JSON in which any text cannot be stored.</summary>
    /// <param name="json">The JSON.</param>
    /// <param name="name">How the caller knows it.</param>
    public static void Check(JsonElement json, string name)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.String:
                Check(Read(() => json.GetString(), name), name);
                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in json.EnumerateArray())
                {
                    Check(item, $"{name}[{index++}]");
                }

                break;
            case JsonValueKind.Object:
                foreach (var member in json.EnumerateObject())
                {
                    var key = Read(() => member.Name, $"A name in {name}");
                    Check(key, $"A name in {name}");
                    Check(member.Value, $"{name}.{key}");
                }

                break;
        }
    }

    /// <summary>The number of bytes of a text as UTF-8.</summary>
    public static int Utf8Length(string text) => Encoding.UTF8.GetByteCount(text);

    // The reader refuses an escaped half of a surrogate pair when the text is taken out, not when it is parsed.
    private static string? Read(Func<string?> text, string name)
    {
        try
        {
            return text();
        }
        catch (InvalidOperationException)
        {
            throw ProblemException.Invalid($"{name} holds half of a surrogate pair.");
        }
    }
}
