namespace Choir.Redaction;

/// <summary>
/// A quote in a text: a double or single one, as it is, as an entity, or escaped within JSON as <c>\"</c> or <c>\u0022</c>. In each
/// further JSON text around it, its backslashes are doubled and one is added.
/// </summary>
/// <param name="Text">The quote with its backslashes.</param>
/// <param name="Backslashes">Their number.</param>
internal readonly record struct Quote(string Text, int Backslashes)
{
    private const int MaxBackslashes = 7;
    private const string Entity = "&quot;";

    public int Length => Text?.Length ?? 0;

    private bool IsCode => Text[^1] is '2' or '7';

    private string Sign => Text[Backslashes..];

    /// <summary>The quote that starts at a place; empty if there is none.</summary>
    public static Quote At(string text, int start)
    {
        var end = start;
        while (end < text.Length && text[end] == '\\' && end - start <= MaxBackslashes)
        {
            end++;
        }

        return Of(text, start, end - start, SignLength(text.AsSpan(end)));
    }

    /// <summary>The quote that ends before a place; empty if there is none.</summary>
    public static Quote Before(string text, int end)
    {
        var length = end == 0 ? 0 : text[end - 1] switch { '"' or '\'' => 1, '2' or '7' => 5, ';' => Entity.Length, _ => 0 };
        if (length == 0 || length > end || SignLength(text.AsSpan(end - length)) != length)
        {
            return default;
        }

        var start = end - length;
        while (start > 0 && text[start - 1] == '\\' && end - length - start <= MaxBackslashes)
        {
            start--;
        }

        return Of(text, start, end - length - start, length);
    }

    /// <summary>The text between two of these quotes.</summary>
    public string In(string text) => Text + text + Text;

    /// <summary>Where the text after an opening quote ends, and where the closing quote does.</summary>
    public (int Text, int Quote) Close(string text, int from)
    {
        var at = from;
        while (Next(text, at) is >= 0 and var sign)
        {
            var isOwn = text.AsSpan(sign).StartsWith(Sign);
            var length = isOwn ? Sign.Length : 1;
            var count = 0;
            while (sign - count > at && text[sign - count - 1] == '\\')
            {
                count++;
            }

            if ((!isOwn && count % 2 == 0) || (isOwn && Closes(count) && !(IsCode && count % 2 == 0)))
            {
                var end = sign - Math.Min(count, Backslashes);
                return (end, isOwn && count >= Backslashes ? sign + length : end);
            }

            at = sign + length;
        }

        // A text without its end was cut.
        var rest = Text[^1] == '\'' ? text.AsSpan(from).IndexOfAny('\r', '\n') : -1;
        var cut = rest < 0 ? text.Length : from + rest;
        return (cut, cut);
    }

    private static Quote Of(string text, int start, int backslashes, int length) =>
        length == 0 || backslashes is not (0 or 1 or 3 or 7) || (length == 5 && backslashes == 0) || (length == 6 && backslashes > 0)
            ? default
            : new Quote(text.Substring(start, backslashes + length), backslashes);

    private static int SignLength(ReadOnlySpan<char> text) =>
        text.Length == 0 ? 0
        : text[0] is '"' or '\'' ? 1
        : text.StartsWith("u0022") || text.StartsWith("u0027") ? 5
        : text.StartsWith(Entity) ? Entity.Length
        : 0;

    // The next one of its kind, or the end of the JSON text around it.
    private int Next(string text, int from)
    {
        var rest = text.AsSpan(from);
        var own = rest.IndexOf(Sign);
        var around = (own < 0 ? rest : rest[..own]).IndexOf('"');
        return around >= 0 && Sign != "'" ? from + around : own < 0 ? -1 : from + own;
    }

    // Whether a quote after so many backslashes ends the text: it is unescaped once for each JSON text around it.
    private bool Closes(int count)
    {
        for (var around = Backslashes; around > 0; around /= 2)
        {
            if (count % 2 == 0)
            {
                return true;
            }

            count /= 2;
        }

        return count % 2 == 0;
    }
}
