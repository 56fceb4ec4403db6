using System.Buffers;
using System.Globalization;
using System.Text;
using Choir.ServiceDefaults;

namespace Choir.ActorHost.PostChain.Model.Endpoint;

/// <summary>Cleans JSON text before it is parsed.</summary>
internal static class JsonText
{
    private const int EscapeLength = 6;

    /// <summary>The characters that matter here: quotes, backslashes and control characters.</summary>
    private static readonly SearchValues<char> Special =
        SearchValues.Create([.. Enumerable.Range(0, ' ').Select(code => (char)code), '"', '\\']);

    /// <summary>
    /// Replaces U+0000 and surrogates without their pair, written as characters or as escapes, and escapes control characters
    /// in strings: the parser refuses some, the database refuses the others, and one of them would cost the whole answer.
    /// </summary>
    public static string Clean(string json)
    {
        var text = PlainText.Clean(json);
        var clean = new StringBuilder();
        var (copied, at, isInString) = (0, Next(0), false);
        while (at >= 0)
        {
            var length = 1;
            if (text[at] == '"')
            {
                isInString = !isInString;
            }
            else if (text[at] != '\\')
            {
                Replace(isInString ? $"\\u{(int)text[at]:x4}" : null);
            }
            else if (CodeAt(text, at) is not { } code)
            {
                // Another escape, such as that of a backslash.
                length = 2;
            }
            else if (char.IsHighSurrogate(code) && CodeAt(text, at + EscapeLength) is { } low && char.IsLowSurrogate(low))
            {
                length = 2 * EscapeLength;
            }
            else
            {
                length = EscapeLength;
                Replace(code == '\0' ? "\\u2400" : char.IsSurrogate(code) ? "\\ufffd" : null);
            }

            at = Next(at + length);

            void Replace(string? by)
            {
                if (by is not null)
                {
                    clean.Append(text, copied, at - copied).Append(by);
                    copied = at + length;
                }
            }
        }

        return copied == 0 ? text : clean.Append(text, copied, text.Length - copied).ToString();

        int Next(int from) => from < text.Length && text.AsSpan(from).IndexOfAny(Special) is var offset and >= 0 ? from + offset : -1;
    }

    /// <summary>The character of an escape like <c>\u0041</c>; null if there is none at this place.</summary>
    private static char? CodeAt(string text, int at) =>
        at + EscapeLength <= text.Length && text[at] == '\\' && text[at + 1] == 'u'
        && ushort.TryParse(text.AsSpan(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            ? (char)code
            : null;
}
