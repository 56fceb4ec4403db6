using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Choir.LoadTest.Reports.Text;

namespace Choir.LoadTest.Reports.Html;

/// <summary>HTML. Values in its interpolated strings are escaped unless they are markup themselves.</summary>
internal readonly record struct Markup
{
    private readonly string? _text;

    private Markup(string text) => _text = text;

    public static Markup None => default;

    public bool IsEmpty => string.IsNullOrEmpty(_text);

    /// <summary>Markup from an interpolated string: <c>Markup.Of($"&lt;td&gt;{name}&lt;/td&gt;")</c>.</summary>
    public static Markup Of(MarkupTemplate template) => new(template.ToText());

    public static Markup Join(IEnumerable<Markup> parts) => new(string.Concat(parts.Select(part => part._text)));

    /// <summary>Text that is trusted: a style sheet or numbers of a drawing, never anything from outside.</summary>
    public static Markup Trusted(string text) => new(text);

    public override string ToString() => _text ?? "";
}

/// <summary>Escapes the values of an interpolated string.</summary>
[InterpolatedStringHandler]
internal readonly ref struct MarkupTemplate(int literalLength, int formattedCount)
{
    // The longest sentence of a report fits into it.
    private const int MaxText = 1000;

    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder _text = new(literalLength + (formattedCount * 16));

    public void AppendLiteral(string literal) => _text.Append(literal);

    public void AppendFormatted(Markup markup) => _text.Append(markup.ToString());

    public void AppendFormatted(IEnumerable<Markup> parts)
    {
        foreach (var part in parts)
        {
            _text.Append(part.ToString());
        }
    }

    /// <summary>Text from anywhere: cleaned, shortened and escaped.</summary>
    public void AppendFormatted(string? text) => _text.Append(Encoder.Encode(OutsideText.Clean(text, MaxText)));

    public void AppendFormatted(int number) => _text.Append(CultureInfo.InvariantCulture, $"{number}");

    /// <summary>A number of a drawing, with at most two decimals.</summary>
    public void AppendFormatted(double number) => _text.Append(number.ToString("0.##", CultureInfo.InvariantCulture));

    public string ToText() => _text.ToString();
}
