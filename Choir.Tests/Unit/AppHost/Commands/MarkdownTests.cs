using Choir.AppHost.Commands;
using Choir.Tests.Support;

namespace Choir.Tests.Unit.AppHost.Commands;

public class MarkdownTests
{
    [Theory]
    [InlineData("plain words, 1.5 s")]
    [InlineData("a | b || c")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<img src=x onerror=alert(1)> &lt; &amp;")]
    [InlineData("[click](javascript:alert(1)) ![x](http://example.test/x.png)")]
    [InlineData("http://example.test https://x www.example.test WWW.example.test mailto:a@b ftp://x")]
    [InlineData("<http://example.test>")]
    [InlineData("**bold** *it* _it_ __b__ ~~gone~~ ~sub~ ^sup^ ++in++ ==mark==")]
    [InlineData("`code` ``two`` ``` fence")]
    [InlineData(@"back\slash \| \` \\|")]
    [InlineData("# heading")]
    [InlineData("- item + item * item 1. item 1) item")]
    [InlineData("{.class} [ref]: http://example.test")]
    [InlineData("😀 é 漢字")]
    public void External_text_is_escaped_in_a_table(string text)
    {
        var table = Markdown.Table(["What", "#Figure"], [[Markdown.Text(text), "1"]]);
        Assert.Equal([text, "1"], RenderedMarkdown.CellsOf(table));
    }

    [Fact]
    public void Any_mixture_of_special_characters_is_escaped()
    {
        var random = new Random(20261128);
        string[] pieces =
        [
            .. "\\`*_{}[]()<>#+-.!|~&=^:;'\"/@$% ax19".Select(character => character.ToString()),
            "www.", "http://x", "![", "](", "</td>", "&lt;", "1. ", "```", "---",
        ];
        for (var i = 0; i < 2_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, 12).Select(_ => pieces[random.Next(pieces.Length)]));
            var line = Markdown.OneLine(text, 1_000);
            if (line.Length == 0)
            {
                continue;
            }

            Assert.Equal([line, "1"], RenderedMarkdown.CellsOf(Markdown.Table(["What", "#Figure"], [[Markdown.Text(text, 1_000), "1"]])));
            var quote = Markdown.Quote(text);
            Assert.Equal(line, RenderedMarkdown.TextOf(quote).Trim());
            Assert.Subset(new HashSet<string> { "blockquote", "p" }, RenderedMarkdown.TagsOf(quote).ToHashSet());
        }
    }

    [Fact]
    public void A_quotation_keeps_its_lines_and_cannot_be_ended_by_its_text()
    {
        const string text = "first\r\nsecond\n\n### Anchor on the chain\n> more\n1. one\n- two\n    indented\n| a | b |\n|---|---|\n";
        var html = RenderedMarkdown.Html(Markdown.Quote(text));
        Assert.StartsWith("<blockquote>", html, StringComparison.Ordinal);
        Assert.EndsWith("</blockquote>", html.TrimEnd(), StringComparison.Ordinal);
        Assert.Subset(new HashSet<string> { "blockquote", "p", "br" }, RenderedMarkdown.TagsOf(Markdown.Quote(text)).ToHashSet());
        Assert.Contains("first<br />\nsecond", html, StringComparison.Ordinal);
        Assert.DoesNotContain('\\', html);
    }

    [Fact]
    public void Line_breaks_control_characters_and_direction_marks_are_removed() =>
        Assert.Equal("a b c[31m d", Markdown.OneLine("a\r\nb\tc\u001b[31m\u0007 \u202ed\u2066\0", 100));

    [Theory]
    [InlineData("12345", 5, "12345")]
    [InlineData("123456", 5, "1234…")]
    [InlineData("123😀😀", 5, "123…")]
    [InlineData(null, 5, "")]
    public void Long_text_is_truncated_between_characters(string? text, int maxLength, string cut) =>
        Assert.Equal(cut, Markdown.OneLine(text, maxLength));

    [Fact]
    public void Formatting_time_depends_on_the_shown_text_only() =>
        Assert.Equal(20_000, Markdown.Quote(new string('x', 50_000_000)).Length - "> ".Length);

    [Theory]
    [InlineData("0x12ab", "`0x12ab`")]
    [InlineData("a`b", "a\\`b")]
    [InlineData("a|b", "a\\|b")]
    [InlineData("", "")]
    public void A_value_is_inline_code_if_possible(string text, string markdown) =>
        Assert.Equal(markdown, Markdown.Code(text));

    [Fact]
    public void A_link_has_the_given_address()
    {
        var link = Markdown.Link("Open [it]", new Uri("http://localhost:1/traces/(a)?b=c"));
        Assert.Contains("<a href=\"http://localhost:1/traces/(a)?b=c\">Open [it]</a>", RenderedMarkdown.Html(link), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "–")]
    [InlineData(double.NaN, "–")]
    [InlineData(0.0, "0")]
    [InlineData(0.126, "0.1")]
    [InlineData(1234.5678, "1,235")]
    public void Times_are_rounded(double? value, string text) => Assert.Equal(text, Markdown.Milliseconds(value));
}
