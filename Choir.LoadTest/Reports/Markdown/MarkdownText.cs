using System.Text;
using Choir.LoadTest.Reports.Text;

namespace Choir.LoadTest.Reports.Markdown;

/// <summary>Text in Markdown that is shown as it is, on one line, in tables too. No HTML is used: some viewers show it as text.</summary>
internal static class MarkdownText
{
    // GitHub notifies those who are mentioned.
    private const string NoMention = "@\u200B";

    /// <summary>Escaped text.</summary>
    public static string Escape(string? text, int maxLength = OutsideText.MaxLength)
    {
        var escaped = new StringBuilder();
        foreach (var character in OutsideText.Clean(text, maxLength))
        {
            _ = character switch
            {
                '@' => escaped.Append(NoMention),
                '|' => escaped.Append("&#124;"),
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '&' => escaped.Append("&amp;"),
                '\\' or '`' or '*' or '_' or '[' or ']' or '(' or ')' or '#' or '!' or '~' or '$' or '^' or '=' or '+' => escaped.Append('\\').Append(character),
                // Within a word or between spaces these are harmless; a link needs "://" or "www.".
                ':' => escaped.Append("&#58;"),
                _ => escaped.Append(character),
            };
        }

        return escaped.Replace("www.", "www&#46;").ToString();
    }

    /// <summary>Escaped text at the begin of a line, where a number or hyphen would begin a list.</summary>
    public static string Line(string? text, int maxLength)
    {
        var escaped = Escape(text, maxLength);
        return escaped.Length > 0 && (char.IsAsciiDigit(escaped[0]) || escaped[0] == '-')
            ? $"&#{(int)escaped[0]};{escaped[1..]}"
            : escaped;
    }

    /// <summary>A name or an address: as code if it has nothing special in it, else escaped.</summary>
    public static string Code(string? name)
    {
        var clean = OutsideText.Clean(name, 100);
        return clean.Length > 0 && clean.All(character => char.IsAsciiLetterOrDigit(character) || "._-/: ".Contains(character))
            && clean == clean.Trim()
            ? $"`{clean}`"
            : Escape(clean);
    }
}
