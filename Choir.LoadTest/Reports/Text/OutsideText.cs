using System.Globalization;
using System.Text;

namespace Choir.LoadTest.Reports.Text;

/// <summary>Text from outside, such as names and error messages, on one line of bounded length. It is not escaped.</summary>
internal static class OutsideText
{
    public const int MaxLength = 240;

    /// <summary>Replaces what could break a line or reorder its text, and shortens it.</summary>
    public static string Clean(string? text, int maxLength = MaxLength)
    {
        var clean = new StringBuilder();
        foreach (var rune in (text ?? "").EnumerateRunes())
        {
            if (clean.Length >= maxLength)
            {
                return clean.Append('…').ToString();
            }

            if (Rune.IsWhiteSpace(rune))
            {
                clean.Append(' ');
            }
            else if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format)
            {
                // Among these are the characters that reverse the direction of text.
                clean.Append('\uFFFD');
            }
            else
            {
                clean.Append(rune);
            }
        }

        return clean.ToString();
    }
}
