using System.Buffers;

namespace Choir.Redaction;

/// <summary>Recognises names of settings in sentences: in "correct ConnectionStrings:choir." the word after the colon is no secret.</summary>
internal static class SettingNames
{
    /// <summary>The one section whose own name is that of secrets. What follows it is the name of a connection string.</summary>
    private const string Section = "ConnectionStrings";

    // A longer word may be a token.
    private const int MaxName = 39;
    private const int MaxPunctuation = 3;

    private static readonly SearchValues<char> Punctuation = SearchValues.Create(".,;:!?)]}");

    /// <summary>Whether the name of a setting begins before a colon and ends at a later place.</summary>
    /// <param name="text">The text.</param>
    /// <param name="colon">The colon.</param>
    /// <param name="section">The word before the colon.</param>
    /// <param name="end">Where the name ends.</param>
    public static bool TryFindEnd(string text, int colon, string section, out int end)
    {
        end = colon + 1;
        if (!section.AsSpan().TrimStart('-').Equals(Section, StringComparison.OrdinalIgnoreCase) || end == text.Length || !char.IsAsciiLetter(text[end]))
        {
            return false;
        }

        while (end < text.Length && end - colon <= MaxName && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '_' or '-'))
        {
            end++;
        }

        return EndsWord(text, end);
    }

    // Not before "=", ":" or "." within a word: then it may be a part of a connection string, of a host's name or of Base64.
    private static bool EndsWord(string text, int end)
    {
        var after = end;
        while (after < text.Length && after - end < MaxPunctuation && Punctuation.Contains(text[after]))
        {
            after++;
        }

        return after == text.Length || char.IsWhiteSpace(text[after]) || text.AsSpan(after).StartsWith("</")
            || (text[after - 1] != ':' && Quote.At(text, after).Length > 0);
    }
}
