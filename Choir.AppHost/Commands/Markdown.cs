using System.Globalization;
using System.Text;

namespace Choir.AppHost.Commands;

/// <summary>Formats Markdown for command results, and escapes text from outside.</summary>
internal static class Markdown
{
    /// <summary>
    /// Every character that has a meaning in Markdown anywhere in a line. The colon is included because a bare URL becomes a
    /// link.
    /// </summary>
    private const string Special = @"\`*_{}[]<>()#+-!|~&=^:";

    private const string Ellipsis = "…";

    /// <summary>Text on one line, truncated to <paramref name="maxLength"/> characters, for a table cell or a sentence.</summary>
    public static string Text(string? text, int maxLength = 120) => Escape(OneLine(text, maxLength));

    /// <summary>Text as a block quote that keeps its lines, truncated to <paramref name="maxLength"/> characters.</summary>
    public static string Quote(string? text, int maxLength = 20_000)
    {
        var lines = Cut(text ?? "", maxLength).ReplaceLineEndings("\n").Split('\n');
        var quoted = new StringBuilder();
        foreach (var line in lines)
        {
            // Two spaces at the end keep the line break.
            quoted.Append("> ").Append(EscapeListNumber(Escape(OneLine(line, maxLength)))).Append("  \n");
        }

        return quoted.ToString().TrimEnd();
    }

    /// <summary>A value as inline code; as <see cref="Text"/> if it contains a backtick or a pipe.</summary>
    public static string Code(string? text, int maxLength = 200)
    {
        var line = OneLine(text, maxLength);
        return line.Length == 0 || line.AsSpan().ContainsAny('`', '|') ? Escape(line) : $"`{line}`";
    }

    /// <summary>A link to a trusted URL.</summary>
    public static string Link(string text, Uri address) =>
        $"[{Text(text)}](<{address.AbsoluteUri.Replace(">", "%3E", StringComparison.Ordinal)}>)";

    /// <summary>A table. Cells are Markdown; a header that starts with <c>#</c> right-aligns its column.</summary>
    public static string Table(IReadOnlyList<string> headers, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new StringBuilder();
        Row(headers.Select(header => header.TrimStart('#')));
        Row(headers.Select(header => header.StartsWith('#') ? "---:" : "---"));
        foreach (var row in rows)
        {
            Row(row);
        }

        return table.ToString().TrimEnd('\n');

        void Row(IEnumerable<string> cells) => table.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
    }

    /// <summary>A number with at most two decimal places; a dash if there is none.</summary>
    public static string Number(double? value) =>
        value is { } number && double.IsFinite(number) ? number.ToString("#,0.##", CultureInfo.InvariantCulture) : "–";

    /// <summary>A time in milliseconds, without decimal places from 10 ms on.</summary>
    public static string Milliseconds(double? value) =>
        Number(value is >= 10 ? Math.Round(value.Value) : value is { } small ? Math.Round(small, 1) : null);

    /// <summary>Text without line breaks, control characters and bidirectional formatting characters.</summary>
    public static string OneLine(string? text, int maxLength)
    {
        var line = new StringBuilder();
        // Only the kept characters count towards the limit.
        foreach (var rune in (text ?? "").EnumerateRunes())
        {
            if (line.Length > maxLength)
            {
                break;
            }

            if (Rune.IsWhiteSpace(rune))
            {
                if (line.Length > 0 && line[^1] != ' ')
                {
                    line.Append(' ');
                }
            }
            else if (!Rune.IsControl(rune) && !IsBidirectionalFormat(rune.Value))
            {
                line.Append(rune.ToString());
            }
        }

        return Cut(line.ToString().TrimEnd(), maxLength);
    }

    private static string Cut(string text, int maxLength)
    {
        if (text.Length <= maxLength)
        {
            return text;
        }

        var end = maxLength - Ellipsis.Length;
        return string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[end - 1]) ? end - 1 : end), Ellipsis);
    }

    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (Special.Contains(character) || (character == '.' && EndsWithWww(escaped)))
            {
                escaped.Append('\\');
            }

            escaped.Append(character);
        }

        return escaped.ToString();
    }

    // A host name that starts with www becomes a link too.
    private static bool EndsWithWww(StringBuilder text) =>
        text.Length >= 3 && text.ToString(text.Length - 3, 3).Equals("www", StringComparison.OrdinalIgnoreCase);

    // "1. " at the beginning of a line would start a numbered list; "1)" is escaped already.
    private static string EscapeListNumber(string line)
    {
        var digits = line.TakeWhile(char.IsAsciiDigit).Count();
        return digits > 0 && digits < line.Length && line[digits] == '.' ? line.Insert(digits, "\\") : line;
    }

    private static bool IsBidirectionalFormat(int character) =>
        character is 0x061C or 0x200E or 0x200F or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);
}
