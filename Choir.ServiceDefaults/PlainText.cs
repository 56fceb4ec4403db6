using System.Buffers;
using System.Text;
using Choir.Redaction;
using Choir.ServiceDefaults.Logging;

namespace Choir.ServiceDefaults;

/// <summary>Makes text from outside fit to be stored and shown.</summary>
public static class PlainText
{
    /// <summary>The symbol for the character U+0000.</summary>
    private const char NullSymbol = '\u2400';

    private static readonly SearchValues<char> Suspects =
        SearchValues.Create([.. Enumerable.Range(0xD800, 0x800).Select(code => (char)code), '\0']);

    /// <summary>
    /// Replaces what Postgres and UTF-8 cannot hold: U+0000 by its symbol, and each surrogate without its pair by U+FFFD.
    /// </summary>
    /// <param name="text">The text; returned itself if nothing is to be replaced.</param>
    public static string Clean(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.AsSpan().ContainsAny(Suspects))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        var isChanged = false;
        foreach (var rune in text.EnumerateRunes())
        {
            isChanged |= rune.Value is 0 or 0xFFFD;
            clean.Append(rune.Value == 0 ? new Rune(NullSymbol) : rune);
        }

        return isChanged ? clean.ToString() : text;
    }

    /// <summary>Cuts a text that is too long between two characters and adds an ellipsis.</summary>
    /// <param name="text">The text; returned itself if it is short enough.</param>
    /// <param name="limit">The maximum length in UTF-16 units, the ellipsis not counted.</param>
    public static string Shorten(string text, int limit) => TextCut.Shorten(text, limit);

    /// <summary>Where a text that is too long can be cut without splitting a surrogate pair.</summary>
    /// <param name="text">The text.</param>
    /// <param name="limit">The maximum length of the part before the cut, in UTF-16 units.</param>
    public static int Border(ReadOnlySpan<char> text, int limit) => TextCut.Border(text, limit);

    /// <summary>A clean, short text in one line, for a message. Control characters are written as escapes.</summary>
    /// <param name="text">The text.</param>
    /// <param name="limit">The maximum length in UTF-16 units, before escaping.</param>
    public static string OneLine(string text, int limit)
    {
        var line = new StringBuilder();
        line.AppendInLine(Clean(Shorten(text, limit)));
        return line.ToString();
    }
}
