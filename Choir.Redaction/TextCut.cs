namespace Choir.Redaction;

/// <summary>Cuts texts that are too long between two characters, never inside of a surrogate pair.</summary>
public static class TextCut
{
    /// <summary>Stands where a text was cut.</summary>
    public const char Mark = '…';

    /// <summary>Cuts a text that is too long and adds <see cref="Mark"/>.</summary>
    /// <param name="text">The text; returned itself if it is short enough.</param>
    /// <param name="limit">The maximum length in UTF-16 units, the mark not counted.</param>
    public static string Shorten(string text, int limit)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length <= limit ? text : string.Concat(text.AsSpan(0, Border(text, limit)), [Mark]);
    }

    /// <summary>Where a text that is too long can be cut.</summary>
    /// <param name="text">The text.</param>
    /// <param name="limit">The maximum length of the part before the cut, in UTF-16 units.</param>
    public static int Border(ReadOnlySpan<char> text, int limit) =>
        text.Length <= limit ? text.Length
        : limit > 0 && char.IsHighSurrogate(text[limit - 1]) ? limit - 1
        : limit;
}
