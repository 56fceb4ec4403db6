using System.Globalization;
using System.Text;

namespace Choir.AppHost.Commands;

/// <summary>Writes the Markdown of command results. Text that comes from outside goes through here, so that it shows as itself.</summary>
internal static class Markdown
{
    /// <summary>
    /// Every character that has a meaning in Markdown anywhere in a line. The colon is among them because a bare address
    /// becomes a link.
    /// </summary>
    private const string Special = @"\`*_{}[]<>()#+-!|~&=^:";

    private const string Ellipsis = "…";

    /// <summary>Text on one line, cut after <paramref name="maxLength"/> characters, for a table cell or a sentence.</summary>
    public static string Text(string? text, int maxLength = 120) => Escape(OneLine(text, maxLength));

    /// <summary>Text as a quotation that keeps its lines, cut after <paramref name="maxLength"/> characters.</summary>
    public static string Quote(string? text, int maxLength = 20_000)
    {
        var lines = Cut(text ?? "", maxLength).ReplaceLineEndings("\n").Split('\n');
        var quoted = new StringBuilder();
        foreach (var line in lines)
        {
            var clean = OneLine(line, maxLength);
            // Two spaces at the end keep the line break.
            quoted.Append("> ").Append(EscapeListNumber(Escape(clean))).Append("  \n");
        }

        return quoted.ToString().TrimEnd();
    }

    /// <summary>A value that is meant to be copied, in a fixed-width font; as <see cref="Text"/> where that cannot hold it.</summary>
    public static string Code(string? text, int maxLength = 200)
    {
        var line = OneLine(text, maxLength);
        return line.Length == 0 || line.AsSpan().ContainsAny('`', '|') ? Escape(line) : $"`{line}`";
    }

    /// <summary>A link to an address that Choir itself put together.</summary>
    public static string Link(string text, Uri address) =>
        $"[{Text(text)}](<{address.AbsoluteUri.Replace(">", "%3E", StringComparison.Ordinal)}>)";

    /// <summary>A table. Cells are Markdown already; a header that begins with <c>#</c> marks a column of numbers.</summary>
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

    /// <summary>A figure with at most two digits after the point; a dash where there is none.</summary>
    public static string Number(double? value) =>
        value is { } number && double.IsFinite(number) ? number.ToString("#,0.##", CultureInfo.InvariantCulture) : "–";

    /// <summary>A time in milliseconds: whole ones from 10 on.</summary>
    public static string Milliseconds(double? value) =>
        Number(value is >= 10 ? Math.Round(value.Value) : value is { } small ? Math.Round(small, 1) : null);

    /// <summary>Text without line breaks, control characters and characters that turn the direction of writing.</summary>
    public static string OneLine(string? text, int maxLength)
    {
        var clean = new StringBuilder();
        // What is dropped cannot fill the line: only what is kept counts.
        foreach (var rune in (text ?? "").EnumerateRunes())
        {
            if (clean.Length > maxLength)
            {
                break;
            }

            if (Rune.IsWhiteSpace(rune))
            {
                if (clean.Length > 0 && clean[^1] != ' ')
                {
                    clean.Append(' ');
                }
            }
            else if (!Rune.IsControl(rune) && !TurnsDirection(rune.Value))
            {
                clean.Append(rune.ToString());
            }
        }

        return Cut(clean.ToString().TrimEnd(), maxLength);
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

    // Such a host name becomes a link too.
    private static bool EndsWithWww(StringBuilder text) =>
        text.Length >= 3 && text.ToString(text.Length - 3, 3).Equals("www", StringComparison.OrdinalIgnoreCase);

    // "1. " at the beginning of a line would start a numbered list; "1)" is escaped already.
    private static string EscapeListNumber(string line)
    {
        var digits = line.TakeWhile(char.IsAsciiDigit).Count();
        return digits > 0 && digits < line.Length && line[digits] == '.' ? line.Insert(digits, "\\") : line;
    }

    private static bool TurnsDirection(int character) =>
        character is 0x061C or 0x200E or 0x200F or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);
}
