using System.Buffers;

namespace Choir.Redaction;

/// <summary>Finds where the value of a secret name ends in a text.</summary>
internal static class SecretValues
{
    private const int MaxTrimmed = 4;
    private const int MaxWords = 24;

    // Until the semicolon of a connection string, whose values may have spaces.
    private const int MaxSpaced = 64;

    private static readonly SearchValues<char> Brackets = SearchValues.Create("{}[]\"'\\");
    private static readonly SearchValues<char> SpacedEnds = SearchValues.Create(";&,\"'\r\n");
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    // Schemes that one word follows. Others have several parameters.
    private static readonly string[] Schemes = ["bearer", "basic", "token", "apikey", "key", "negotiate", "ntlm", "dpop"];
    private static readonly string[] LongSchemes = ["digest", "oauth", "hawk", "aws4-hmac-sha256", "sharedkey", "sharedaccesssignature"];

    /// <summary>The value of a name, without its quotes if the name has quotes.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where the value starts.</param>
    /// <param name="name">The name.</param>
    /// <param name="isAssigned">Whether an equals sign is before the value.</param>
    /// <param name="hasStructure">Whether the value may be a list or an object.</param>
    public static (int Start, int End) Read(string text, int start, in SecretPairs.Name name, bool isAssigned, bool hasStructure)
    {
        var isQuoted = name.Quote.Length > 0;
        if (Quote.At(text, start) is { Length: > 0 } quote)
        {
            var first = start + quote.Length;
            if (!isQuoted && IsEnd(text.AsSpan(first)))
            {
                return (start, start);
            }

            var (end, after) = quote.Close(text, first);
            return isQuoted || end == first ? (first, end) : (start, after);
        }

        return text[start] is '{' or '[' && hasStructure ? (start, EndOfStructure(text, start, name.Quote))
            : isQuoted ? (start, EndOf(text, start, " \t\r\n,}]\"'\\"))
            : name.Text.EndsWith("authorization", StringComparison.OrdinalIgnoreCase) ? Credentials(text, start)
            : !isAssigned && name.Text.EndsWith("cookie", StringComparison.OrdinalIgnoreCase) ? (start, EndOf(text, start, "\r\n\"'<"))
            : (start, EndOfBare(text, start, name.Text, isAssigned));
    }

    /// <summary>Whether it is a value that is shown for any name.</summary>
    public static bool IsLiteral(ReadOnlySpan<char> value) =>
        value.Equals("true", StringComparison.OrdinalIgnoreCase) || value.Equals("false", StringComparison.OrdinalIgnoreCase)
        || value.Equals("null", StringComparison.OrdinalIgnoreCase) || value is "None" or "undefined";

    public static bool IsNumber(ReadOnlySpan<char> value) =>
        value.TrimStart('-') is { Length: > 0 } digits && !digits.ContainsAnyExcept(Digits);

    /// <summary>The end of letters, digits and signs of names.</summary>
    public static int EndOfWord(string text, int start, int limit)
    {
        var end = start;
        while (end < text.Length && end - start < limit && (char.IsLetterOrDigit(text[end]) || text[end] is '_' or '-' or '.' or ':'))
        {
            end++;
        }

        return end;
    }

    // After a scheme, which is shown.
    private static (int Start, int End) Credentials(string text, int start)
    {
        var end = EndOfWord(text, start, MaxSpaced);
        var scheme = text[start..end];
        if (end >= text.Length - 1 || text[end] != ' ')
        {
            return (start, EndOfRun(text, start));
        }

        return Schemes.Contains(scheme, StringComparer.OrdinalIgnoreCase) ? (end + 1, EndOfRun(text, end + 1))
            : LongSchemes.Contains(scheme, StringComparer.OrdinalIgnoreCase) ? (end + 1, EndOf(text, end + 1, "\r\n"))
            : (start, EndOfRun(text, start));
    }

    private static int EndOfBare(string text, int start, string name, bool isAssigned)
    {
        var end = EndOfRun(text, start);
        if (name.Contains("mnemonic", StringComparison.OrdinalIgnoreCase) || name.EndsWith("phrase", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith("words", StringComparison.OrdinalIgnoreCase))
        {
            for (var words = 1; words < MaxWords && end < text.Length - 1 && text[end] == ' ' && char.IsLetter(text[end + 1]); words++)
            {
                end = EndOfRun(text, end + 1);
            }

            return end;
        }

        if (isAssigned)
        {
            var rest = text.AsSpan(end, Math.Min(MaxSpaced + 1, text.Length - end));
            if (rest.IndexOfAny(SpacedEnds) is >= 0 and var stop && rest[stop] == ';')
            {
                return end + stop;
            }
        }

        return Trimmed(text, start, end);
    }

    private static int EndOfRun(string text, int start)
    {
        var end = start;
        while (end < text.Length && !char.IsWhiteSpace(text[end]) && text[end] is not (';' or '&' or ',' or '"' or '\'')
            && (text[end] != '<' || end + 1 == text.Length || text[end + 1] != '/') && (text[end] != '\\' || Quote.At(text, end).Length == 0))
        {
            end++;
        }

        return end;
    }

    // Without brackets that close one before the name.
    private static int Trimmed(string text, int start, int end)
    {
        for (var trimmed = 0; trimmed < MaxTrimmed && end > start + 1; trimmed++)
        {
            var open = text[end - 1] switch { ')' => '(', ']' => '[', '}' => '{', '>' => '<', _ => '\0' };
            if (open == '\0' || text.AsSpan(start, end - start).Contains(open))
            {
                break;
            }

            end--;
        }

        return end;
    }

    private static int EndOf(string text, int start, string ends) =>
        text.AsSpan(start).IndexOfAny(ends) is >= 0 and var length ? start + length : text.Length;

    // Without an end the text was cut: then until the end of the line, or of all in JSON.
    private static int EndOfStructure(string text, int start, Quote quote)
    {
        var limit = quote.Length > 0 ? text.Length : EndOf(text, start, "\r\n");
        var depth = 0;
        for (var at = start; at < limit && text.AsSpan(at, limit - at).IndexOfAny(Brackets) is >= 0 and var offset;)
        {
            at += offset;
            if (text[at] is '{' or '[')
            {
                depth++;
                at++;
            }
            else if (text[at] is '}' or ']')
            {
                at++;
                if (--depth == 0)
                {
                    return at;
                }
            }
            else if (Quote.At(text, at) is { Length: > 0 } found)
            {
                if (found.Backslashes < quote.Backslashes && found.Text == "\"")
                {
                    return at;
                }

                at = Math.Min(limit, Math.Max(at + 1, found.Close(text, at + found.Length).Quote));
            }
            else
            {
                at++;
            }
        }

        return limit;
    }

    // Whether a quote before this ends a text in JSON: the value is empty.
    private static bool IsEnd(ReadOnlySpan<char> after) => after.Length == 0 || (after[0] switch
    {
        ',' => after[1..].TrimStart() is ['"' or '\'' or '\\' or '{' or '[', ..],
        '}' or ']' => after.Length == 1 || after[1] is ',' or '}' or ']' or '"' or '\\' or ' ' or '\r' or '\n',
        _ => false,
    });
}
