using System.Collections;
using System.Globalization;
using System.Text;
using Choir.Redaction;

namespace Choir.ServiceDefaults.Logging;

/// <summary>Renders a message template. Each value is truncated separately, so that a long one does not hide the others.</summary>
internal static class MessageTemplate
{
    private const int MaxItems = 20;

    public static void Append(
        StringBuilder line, ReadOnlySpan<char> template, IReadOnlyList<KeyValuePair<string, object?>> fields, int length)
    {
        while (template.IndexOfAny('{', '}') is var at and >= 0)
        {
            line.AppendInLine(template[..at]);
            var isDoubled = at + 1 < template.Length && template[at + 1] == template[at];
            var end = isDoubled || template[at] == '}' ? -1 : template[at..].IndexOf('}');
            if (end < 0)
            {
                line.Append(template[at]);
                template = template[(at + (isDoubled ? 2 : 1))..];
                continue;
            }

            line.AppendInLine(PlainText.Shorten(Value(template.Slice(at + 1, end - 1), fields), length));
            template = template[(at + end + 1)..];
        }

        line.AppendInLine(template);
    }

    private static string Value(ReadOnlySpan<char> hole, IReadOnlyList<KeyValuePair<string, object?>> fields)
    {
        var nameEnds = hole.IndexOfAny(',', ':');
        var name = nameEnds < 0 ? hole : hole[..nameEnds];
        var format = hole.IndexOf(':') is var colon and >= 0 ? hole[(colon + 1)..].ToString() : null;
        foreach (var (key, value) in fields)
        {
            if (name.Equals(key, StringComparison.Ordinal))
            {
                return value is not null && LogSecrets.Hide(key, value) is Redactor.Mark ? Redactor.Mark : Redactor.Clean(Text(value, format));
            }
        }

        return $"{{{hole}}}";
    }

    private static string Text(object? value, string? format) => value switch
    {
        null => "(null)",
        string text => text,
        IFormattable number => number.ToString(format, CultureInfo.InvariantCulture),
        IEnumerable items => string.Join(", ", items.Cast<object?>().Take(MaxItems).Select(item => Text(item, null))),
        _ => value.ToString() ?? "",
    };
}
