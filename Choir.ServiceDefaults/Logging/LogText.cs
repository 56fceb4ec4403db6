using System.Globalization;
using System.Text;
using Choir.Redaction;

namespace Choir.ServiceDefaults.Logging;

/// <summary>Truncates texts for logs to a number of bytes, and escapes control characters.</summary>
internal static class LogText
{
    /// <summary>Marks a truncated text.</summary>
    public const char CutMark = TextCut.Mark;

    /// <summary>The part of a text that has at most a number of bytes in UTF-8. A surrogate pair is not split.</summary>
    public static string CutToBytes(string text, int limit)
    {
        var (size, length) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            if ((size += rune.Utf8SequenceLength) > limit)
            {
                return text[..length];
            }

            length += rune.Utf16SequenceLength;
        }

        return text;
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
