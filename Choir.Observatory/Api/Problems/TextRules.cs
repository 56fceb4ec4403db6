using System.Text;
using System.Text.Json;

namespace Choir.Observatory.Api.Problems;

/// <summary>Rejects text that databases cannot store, U+0000 and unpaired surrogates, and JSON that is nested too deeply to be shown.</summary>
internal static class TextRules
{
    private const int MaxPlaceLength = 200;

    /// <exception cref="ApiProblemException">The text cannot be stored; the message calls it <paramref name="name"/>.</exception>
    public static void Check(ReadOnlySpan<char> text, string name)
    {
        if (Problem(text) is { } problem)
        {
            throw ApiProblemException.Invalid($"{name} {problem}");
        }
    }

    /// <exception cref="ApiProblemException">A string or property name in the JSON cannot be stored, or it is nested too deeply.</exception>
    public static void Check(JsonElement json, string name)
    {
        if (JsonDepth.IsTooDeep(json))
        {
            throw ApiProblemException.Invalid($"{name} is nested more than {JsonDepth.Max} levels deep.");
        }

        // Filled only if there is a problem: there may be a million values under a long property name.
        var place = new Stack<string>();
        if (Problem(json, place) is var (problem, isInName))
        {
            var where = name + string.Concat(place);
            where = where.Length <= MaxPlaceLength ? where : $"a value in {name}";
            throw ApiProblemException.Invalid(isInName ? $"A property name in {where} {problem}" : $"{where} {problem}");
        }
    }

    public static int Utf8Length(string text) => Encoding.UTF8.GetByteCount(text);

    private static (string Problem, bool IsInName)? Problem(JsonElement json, Stack<string> place)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.String:
                return Problem(() => json.GetString()) is { } problem ? (problem, false) : null;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in json.EnumerateArray())
                {
                    if (Problem(item, place) is { } found)
                    {
                        place.Push($"[{index}]");
                        return found;
                    }

                    index++;
                }

                return null;
            case JsonValueKind.Object:
                foreach (var member in json.EnumerateObject())
                {
                    if (Problem(() => member.Name) is { } inName)
                    {
                        return (inName, true);
                    }

                    if (Problem(member.Value, place) is { } found)
                    {
                        place.Push($".{member.Name}");
                        return found;
                    }
                }

                return null;
            default:
                return null;
        }
    }

    // JsonElement rejects an escaped unpaired surrogate when the string is read, not when it is parsed.
    private static string? Problem(Func<string?> text)
    {
        try
        {
            return Problem(text());
        }
        catch (InvalidOperationException)
        {
            return "has an unpaired surrogate.";
        }
    }

    private static string? Problem(ReadOnlySpan<char> text)
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
                return $"has an unpaired surrogate at character {index + 1}.";
            }
        }

        return text.IndexOf('\0') is var zero and >= 0
            ? $"has the character U+0000 at {zero + 1}, which cannot be stored."
            : null;
    }
}
