using System.Text;

namespace Choir.LoadTest.Observing.Metrics;

/// <summary>Reads labels in the form <c>{name="value",…}</c>. In values, quotes, backslashes and line ends are escaped.</summary>
internal static class LabelText
{
    // A longer value is cut: nothing here shows one.
    private const int MaxValueLength = 200;

    /// <summary>The length of the labels at the begin of a text, with both braces; -1 if they do not end.</summary>
    public static int LengthOf(ReadOnlySpan<char> text)
    {
        // Most labels contain no brace: then no character but the quotes must be looked at.
        var quoted = false;
        for (var at = 1; at < text.Length;)
        {
            var next = quoted ? text[at..].IndexOfAny('"', '\\') : text[at..].IndexOfAny('"', '}');
            if (next < 0)
            {
                return -1;
            }

            at += next;
            switch (text[at])
            {
                case '}':
                    return at + 1;
                case '\\':
                    at++;
                    break;
                default:
                    quoted = !quoted;
                    break;
            }

            at++;
        }

        return -1;
    }

    /// <summary>The value of a label; null if there is no such label.</summary>
    public static string? ValueOf(ReadOnlySpan<char> labels, string name)
    {
        var rest = labels.Length > 2 ? labels[1..^1] : default;
        while (!rest.IsEmpty)
        {
            var equals = rest.IndexOf('=');
            if (equals < 0 || equals + 1 >= rest.Length || rest[equals + 1] != '"')
            {
                return null;
            }

            var value = rest[(equals + 2)..];
            var end = EndOfValue(value);
            if (end < 0)
            {
                return null;
            }

            if (rest[..equals].Trim(' ').SequenceEqual(name))
            {
                return Unescape(value[..end]);
            }

            rest = value[(end + 1)..].TrimStart(',');
        }

        return null;
    }

    private static int EndOfValue(ReadOnlySpan<char> value)
    {
        for (var at = 0; at < value.Length; at++)
        {
            if (value[at] == '"')
            {
                return at;
            }

            if (value[at] == '\\')
            {
                at++;
            }
        }

        return -1;
    }

    private static string Unescape(ReadOnlySpan<char> value)
    {
        var text = new StringBuilder(Math.Min(value.Length, MaxValueLength));
        for (var at = 0; at < value.Length && text.Length < MaxValueLength; at++)
        {
            // Control characters would reach the terminal and the reports.
            var character = value[at] == '\\' && at + 1 < value.Length ? value[++at] is 'n' ? ' ' : value[at] : value[at];
            text.Append(char.IsControl(character) ? ' ' : character);
        }

        return text.ToString();
    }
}
