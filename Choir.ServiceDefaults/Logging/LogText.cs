using System.Globalization;
using System.Text;

namespace Choir.ServiceDefaults.Logging;

/// <summary>Truncates values for logs and escapes control characters.</summary>
internal static class LogText
{
    /// <summary>Marks a truncated text.</summary>
    public const char CutMark = '…';

    /// <summary>Truncates a text and appends <see cref="CutMark"/>. A surrogate pair is not split.</summary>
    /// <param name="text">The text.</param>
    /// <param name="length">The maximum length in UTF-16 units, without the mark.</param>
    public static string Cut(string text, int length)
    {
        if (text.Length <= length)
        {
            return text;
        }

        var border = length > 0 && char.IsHighSurrogate(text[length - 1]) ? length - 1 : length;
        return string.Concat(text.AsSpan(0, border), [CutMark]);
    }

    /// <summary>
    /// Appends a text as one line: line breaks, control characters and bidirectional formatting characters are written as
    /// escapes, such as <c>\n</c> or <c>\u001b</c>.
    /// </summary>
    public static void AppendInLine(this StringBuilder line, ReadOnlySpan<char> text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (!IsUnsafe(rune))
            {
                line.Append(rune);
                continue;
            }

            switch (rune.Value)
            {
                case '\n': line.Append(@"\n"); break;
                case '\r': line.Append(@"\r"); break;
                case '\t': line.Append(@"\t"); break;
                default: line.Append(CultureInfo.InvariantCulture, $@"\u{rune.Value:x4}"); break;
            }
        }
    }

    // Control characters, line and paragraph separators, and bidirectional formatting characters.
    private static bool IsUnsafe(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || rune.Value is 0x061C or 0x200E or 0x200F or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);
}
