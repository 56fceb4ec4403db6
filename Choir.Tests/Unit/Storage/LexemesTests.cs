using Choir.Storage;

namespace Choir.Tests.Unit.Storage;

public sealed class LexemesTests
{
    [Theory]
    [InlineData("plant", "Plants", "PLANTED", "planting")]
    [InlineData("compute", "computers", "computing", "computation")]
    [InlineData("process", "processes", "processing", "Processed")]
    [InlineData("Stein", "Steine", "Steinen", "stein")]
    [InlineData("القلب", "قلب", "والقلب", "القَلْب")]
    [InlineData("фотография", "фотографии", "Фотографию", "фотографий")]
    [InlineData("cafe\u0301s", "cafes", "CAFE", "cafe")]
    public void Forms_of_a_word_share_their_lexeme(params string[] forms)
    {
        Assert.Single(forms.Select(form => Assert.Single(Lexemes.Of(form))).Distinct());
    }

    [Theory]
    [InlineData("光合成は", "光合 合成")]
    [InlineData("水は", "水")]
    [InlineData("クロロフィル", "クロ ロロ ロフ フィ ィル")]
    [InlineData("광합성은", "광합 합성 성은")]
    [InlineData("CO2 and H2O in 1998", "co2 h2o 1998")]
    [InlineData("the of and what", "")]
    [InlineData("👍 — … '", "")]
    public void Scripts_are_split_as_they_are_written(string text, string lexemes)
    {
        Assert.Equal(lexemes, string.Join(' ', Lexemes.Of(text)));
    }

    [Fact]
    public void Lexemes_need_no_quoting_whatever_the_text()
    {
        var everything = string.Concat(Enumerable.Range(1, 0x10FFFF).Where(code => code is < 0xD800 or > 0xDFFF).Select(char.ConvertFromUtf32));

        Assert.All(Lexemes.Of(everything), lexeme => Assert.DoesNotContain(lexeme, character => character is '\'' or '\\' or ' ' or ':'));
    }

    [Fact]
    public void Passages_are_whole_bounded_and_in_order()
    {
        var text = string.Concat(Enumerable.Range(0, 500).Select(i => $"Sentence number {i} says something. "));

        var passages = Passages.Of(text).ToList();

        Assert.Equal(text.Trim(), string.Join(' ', passages));
        Assert.All(passages, passage => Assert.InRange(passage.Length, 1, 1_600));
        Assert.All(passages, passage => Assert.EndsWith(".", passage, StringComparison.Ordinal));
        Assert.Equal(10_000, string.Concat(Passages.Of(string.Concat(Enumerable.Repeat("🌍", 5_000)))).Length);
    }

    [Theory]
    [InlineData("What is rain?", true)]
    [InlineData("雨とは何ですか？", true)]
    [InlineData("ما هو المطر؟", true)]
    [InlineData("Rain is water. Why does it fall?", false)]
    [InlineData("Rain is water", false)]
    public void What_only_asks_tells_nothing(string passage, bool asks) => Assert.Equal(asks, Passages.IsQuestion(passage));
}
