using System.Buffers;
using System.Collections.Frozen;
using System.Text;

namespace Choir.Redaction;

/// <summary>
/// Removes the values of secret names (<see cref="SecretNames"/>) from texts: <c>name=value</c>, <c>name: value</c>, JSON and Python,
/// also escaped within JSON, XML elements, headers, <c>--name value</c>. One pass; how far is looked back is limited.
/// </summary>
internal static class SecretPairs
{
    private const int MaxName = 128;
    private const int MaxSpaces = 8;
    private const int MaxTag = 512;

    // From the name in {"name":"password","value":"…"} to its value.
    private const int MaxBetween = 64;

    // The shortest value of a token in prose: "Unexpected token: value" is an ordinary text.
    private const int MinToken = 8;
    private const int LongToken = 40;

    // "Invalid password: it must have a digit" is an ordinary text too.
    private static readonly FrozenSet<string> ProseWords =
        "a an the it its this that is are was were has have must should may can cannot could not no only expected unexpected missing invalid"
            .Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly SearchValues<char> Signs = SearchValues.Create("=:<-");

    public static string Clean(string text)
    {
        var output = new Output(text);
        var named = (Until: -1, Kind: SecretKind.None);
        for (var at = Next(text, 0); at >= 0; at = Next(text, at))
        {
            at = text[at] switch
            {
                '<' => Element(text, at, output),
                '-' => Flag(text, at, output),
                _ => Pair(text, at, output, ref named),
            };
        }

        return output.ToString();
    }

    private static int Next(string text, int from) =>
        from < text.Length && text.AsSpan(from).IndexOfAny(Signs) is var offset and >= 0 ? from + offset : -1;

    // Returns where the search continues.
    private static int Pair(string text, int sign, Output output, ref (int Until, SecretKind Kind) named)
    {
        var start = sign + 1;
        if (start < text.Length && ((text[sign], text[start]) is (':', ':') || IsComparison(text, sign)))
        {
            return start + 1;
        }

        if (start < text.Length && (text[sign], text[start]) is ('=', '>') or (':', '='))
        {
            start++;
        }

        var name = NameBefore(text, sign);
        if (string.IsNullOrEmpty(name.Text))
        {
            return start;
        }

        start = SkipSpaces(text, start);
        var isNamed = sign <= named.Until && name.Text.Equals("value", StringComparison.OrdinalIgnoreCase);
        var kind = isNamed ? named.Kind : KindOf(name, text[sign] == '=');
        if (text[sign] == ':' && name.Quote.Length == 0 && SettingNames.TryFindEnd(text, sign, name.Text, out var setting))
        {
            return setting;
        }

        if (kind != SecretKind.None)
        {
            return start >= text.Length || (text[sign] == ':' && text.AsSpan(start).StartsWith("//")) ? start : Hide(text, sign, start, name, kind, output);
        }

        if (start < text.Length && IsNaming(name.Text))
        {
            var quote = Quote.At(text, start);
            var valueStart = start + quote.Length;
            var valueEnd = SecretValues.EndOfWord(text, valueStart, MaxName);
            named = (valueEnd + MaxBetween, SecretNames.KindOf(text[valueStart..valueEnd]));
        }

        return start;
    }

    private static SecretKind KindOf(in Name name, bool isAssigned)
    {
        if (isAssigned && name.Text.Equals("sig", StringComparison.OrdinalIgnoreCase))
        {
            return SecretKind.Any;
        }

        var kind = SecretNames.KindOf(name.Text);
        return kind == SecretKind.None && name.Phrase is { } phrase ? SecretNames.KindOf(phrase) : kind;
    }

    private static int Hide(string text, int sign, int start, in Name name, SecretKind kind, Output output)
    {
        var isProse = name.Quote.Length == 0 && text[sign] == ':';
        var isAssigned = text[sign] == '=';
        var hasStructure = kind == SecretKind.Any || isAssigned || name.Quote.Length > 0;
        var (valueStart, end) = SecretValues.Read(text, start, name, isAssigned, hasStructure);
        var value = text.AsSpan(valueStart, end - valueStart);
        var isQuoted = Quote.At(text, start).Length > 0;
        if (value.Length == 0 || value.StartsWith(Redactor.Mark) || (!isQuoted && SecretValues.IsLiteral(value)))
        {
            return Math.Max(end, start);
        }

        if (isProse && end < text.Length && text[end] == ' ' && ProseWords.GetAlternateLookup<ReadOnlySpan<char>>().Contains(value))
        {
            return end;
        }

        if (kind == SecretKind.Text && !isQuoted
            && ((SecretValues.IsNumber(value) && (name.Quote.Length > 0 || name.Text[^1] is 's' or 'S'))
                || (isProse && (value.Length < MinToken || (value.Length < LongToken && !value.ContainsAnyInRange('0', '9'))))))
        {
            return start;
        }

        output.Hide(valueStart, end, name.Quote.Length > 0 && !isQuoted ? name.Quote.In(Redactor.Mark) : Redactor.Mark);
        return end;
    }

    private static int Element(string text, int start, Output output)
    {
        var nameEnd = start + 1;
        while (nameEnd < text.Length && nameEnd - start <= MaxName && IsOfName(text[nameEnd], withColon: true))
        {
            nameEnd++;
        }

        if (nameEnd == start + 1 || SecretNames.KindOf(text[(start + 1)..nameEnd]) == SecretKind.None)
        {
            return nameEnd;
        }

        var length = text.AsSpan(nameEnd, Math.Min(MaxTag, text.Length - nameEnd)).IndexOfAny('<', '>');
        if (length < 0 || text[nameEnd + length] == '<' || text[nameEnd + length - 1] == '/')
        {
            return nameEnd;
        }

        var valueStart = nameEnd + length + 1;
        var rest = text.AsSpan(valueStart);
        var isData = rest.StartsWith("<![CDATA[");
        var end = rest.IndexOf(isData ? "]]>" : "<");
        end = isData ? (end < 0 ? rest.Length : end + 3) : end;
        if (end <= 0 || (!isData && !rest[end..].StartsWith("</")) || rest[..end].IsWhiteSpace() || SecretValues.IsLiteral(rest[..end].Trim()))
        {
            return nameEnd;
        }

        output.Hide(valueStart, valueStart + end, Redactor.Mark);
        return valueStart + end;
    }

    private static int Flag(string text, int start, Output output)
    {
        var nameStart = start;
        while (nameStart < text.Length && text[nameStart] == '-')
        {
            nameStart++;
        }

        if (nameStart - start != 2 || (start > 0 && IsOfName(text[start - 1], withColon: false)))
        {
            return nameStart;
        }

        var nameEnd = nameStart;
        while (nameEnd < text.Length && nameEnd - nameStart <= MaxName && IsOfName(text[nameEnd], withColon: true))
        {
            nameEnd++;
        }

        var valueStart = SkipSpaces(text, nameEnd);
        if (valueStart == nameEnd || valueStart >= text.Length || text[valueStart] is '-' or '=' or ':')
        {
            return nameStart;
        }

        var name = new Name(text[nameStart..nameEnd], null, default);
        var kind = SecretNames.KindOf(name.Text);
        var end = kind == SecretKind.None ? valueStart : SecretValues.Read(text, valueStart, name, isAssigned: false, hasStructure: false).End;
        if (end == valueStart || text.AsSpan(valueStart).StartsWith(Redactor.Mark) || (kind == SecretKind.Text && SecretValues.IsNumber(text.AsSpan(valueStart, end - valueStart))))
        {
            return nameStart;
        }

        output.Hide(valueStart, end, Redactor.Mark);
        return end;
    }

    private static Name NameBefore(string text, int sign)
    {
        var end = sign;
        while (end > 0 && sign - end < MaxSpaces && text[end - 1] is ' ' or '\t')
        {
            end--;
        }

        var quote = Quote.Before(text, end);
        if (quote.Length > 0)
        {
            end -= quote.Length;
            var from = Math.Max(0, end - MaxName - quote.Length);
            var open = text.AsSpan(from, end - from).LastIndexOf(quote.Text);
            return open < 0 ? default : new Name(text[(from + open + quote.Length)..end], null, quote);
        }

        var start = WordStart(text, end, text[sign] == '=');
        // In a text within JSON, a line break is written as a backslash and a letter.
        if (start > 0 && start < end && text[start - 1] == '\\')
        {
            start += text[start] is 'n' or 'r' or 't' ? 1 : text[start] == 'u' ? Math.Min(5, end - start) : 0;
        }

        var name = text[start..end];
        return start > 1 && text[start - 1] == ' ' && WordStart(text, start - 1, withColon: false) is var before && before < start - 1
            ? new Name(name, text[before..end], default)
            : new Name(name, null, default);
    }

    private static int WordStart(string text, int end, bool withColon)
    {
        var start = end;
        while (start > 0 && end - start < MaxName && IsOfName(text[start - 1], withColon))
        {
            start--;
        }

        return start;
    }

    private static int SkipSpaces(string text, int start)
    {
        var end = start;
        while (end < text.Length && end - start < MaxSpaces && text[end] is ' ' or '\t')
        {
            end++;
        }

        return end;
    }

    // A value may start with an equals sign too.
    private static bool IsComparison(string text, int sign) =>
        text.AsSpan(sign).StartsWith("==") && (sign + 2 == text.Length || text[sign + 2] is ' ' or '"' or '\'' or '=');

    private static bool IsNaming(string name) =>
        name.Equals("name", StringComparison.OrdinalIgnoreCase) || name.Equals("key", StringComparison.OrdinalIgnoreCase);

    private static bool IsOfName(char sign, bool withColon) => char.IsLetterOrDigit(sign) || sign is '_' or '-' || (withColon && sign == ':');

    /// <summary>A name in a text.</summary>
    /// <param name="Text">The name.</param>
    /// <param name="Phrase">The name with the word before it: "api key"; null if there is none.</param>
    /// <param name="Quote">Its quotes.</param>
    internal readonly record struct Name(string Text, string? Phrase, Quote Quote);

    private sealed class Output(string text)
    {
        private StringBuilder? _clean;
        private int _copied;

        public void Hide(int start, int end, string by)
        {
            if (text.AsSpan(start, end - start).SequenceEqual(by))
            {
                return;
            }

            (_clean ??= new StringBuilder(text.Length)).Append(text, _copied, start - _copied).Append(by);
            _copied = end;
        }

        public override string ToString() => _clean is null ? text : _clean.Append(text, _copied, text.Length - _copied).ToString();
    }
}
