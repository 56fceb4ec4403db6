using System.Text;
using System.Text.Json;

namespace Choir.Gateway.Problems;

/// <summary>Rejects text that Postgres cannot store: U+0000 and unpaired surrogates.</summary>
internal static class TextRules
{
    /// <exception cref="ProblemException">The text cannot be stored; the message calls it <paramref name="name"/>.</exception>
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
                throw ProblemException.Invalid($"{name} has an unpaired surrogate at character {index + 1}.");
            }
        }

        if (text.IndexOf('\0') is var zero and >= 0)
        {
            throw ProblemException.Invalid($"{name} has the character U+0000 at {zero + 1}, which cannot be stored.");
        }
    }

    /// <exception cref="ProblemException">A string or property name in the JSON cannot be stored.</exception>
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
                    var key = Read(() => member.Name, $"A property name in {name}");
                    Check(key, $"A property name in {name}");
                    Check(member.Value, $"{name}.{key}");
                }

                break;
        }
    }

    public static int Utf8Length(string text) => Encoding.UTF8.GetByteCount(text);

    // JsonElement rejects an escaped unpaired surrogate when the string is read, not when it is parsed.
    private static string? Read(Func<string?> text, string name)
    {
        try
        {
            return text();
        }
        catch (InvalidOperationException)
        {
            throw ProblemException.Invalid($"{name} has an unpaired surrogate.");
        }
    }
}
