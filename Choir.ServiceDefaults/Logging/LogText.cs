using System.Globalization;
using System.Text;

namespace Choir.ServiceDefaults.Logging;

/// <summary>Makes values fit for a log: as short as it wants them, and without power over a terminal.</summary>
internal static class LogText
{
    /// <summary>What stands in place of what was cut off.</summary>
    public const char CutMark = '…';

    /// <summary>The beginning of a text, and the mark where that is not all. A character is never cut in two.</summary>
    /// <param name="text">The text.</param>
    /// <param name="length">The most UTF-16 units, without the mark.</param>
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
    /// Appends a text as one line: what would break the line, move the cursor, change colours or turn the direction of
    /// writing is written as an escape, such as <c>\n</c> or <c>\u001b</c>.
    /// </summary>
    /// <param name="line">The line.</param>
    /// <param name="text">The text, from anybody.</param>
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

    // Controls of both sets, separators of lines and paragraphs, and the marks that reorder what a person reads.
    private static bool IsUnsafe(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || rune.Value is 0x061C or 0x200E or 0x200F or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);
}
