using Choir.Storage;

namespace Choir.Tests.Unit.Storage;

public sealed class TokenizerTests
{
    [Theory]
    [InlineData("plant", "Plants", "PLANTED", "planting")]
    [InlineData("compute", "computers", "computing", "computation")]
    [InlineData("process", "processes", "processing", "Processed")]
    [InlineData("Stein", "Steine", "Steinen", "stein")]
    [InlineData("القلب", "قلب", "والقلب", "القَلْب")]
    [InlineData("фотография", "фотографии", "Фотографию", "фотографий")]
    [InlineData("cafe\u0301s", "cafes", "CAFE", "cafe")]
    public void Forms_of_a_word_share_their_lexeme_and_their_key(params string[] forms)
    {
        Assert.Single(forms.Select(form => Assert.Single(Tokenizer.Lexemes(form))).Distinct());
        Assert.Single(forms.Select(form => Assert.Single(Tokenizer.Tokens(form)).Key).Distinct());
    }

    [Theory]
    [InlineData("光合成は", "光合 合成")]
    [InlineData("水は", "水")]
    [InlineData("クロロフィル", "クロ ロロ ロフ フィ ィル")]
    [InlineData("광합성은", "광합 합성 성은")]
    [InlineData("CO2 and H2O in 1998", "co2 h2o 1998")]
    [InlineData("the of and what", "")]
    [InlineData("👍 — … '", "")]
    public void Lexemes_of_scripts_without_spaces_are_groups_of_characters(string text, string lexemes) =>
        Assert.Equal(lexemes, string.Join(' ', Tokenizer.Lexemes(text)));

    [Theory]
    [InlineData("The plants and the plant's leaves", "plants plant leaves")]
    [InlineData("光合成はエネルギーを", "光合成 光合 合成 エネルギー エネ ネル ルギ ギー")]
    [InlineData("พืช", "พืช")]
    [InlineData("🚀 👍🏽", "🚀 👍")]
    [InlineData("\ud83d sea", "sea")]
    public void Tokens_are_words_runs_fragments_and_pictographs_as_they_are_written(string text, string surfaces) =>
        Assert.Equal(surfaces, string.Join(' ', Tokenizer.Tokens(text).Select(token => token.Surface)));

    [Fact]
    public void Only_parts_of_a_longer_run_are_fragments() => Assert.Equal(
        [false, true, true, false], Tokenizer.Tokens("光合成 水素").Select(token => token.IsFragment));

    [Fact]
    public void A_very_long_word_takes_linear_time() =>
        Assert.Equal("xeee", Assert.Single(Tokenizer.Lexemes("x" + new string('e', 1_000_000))));

    [Fact]
    public void Lexemes_need_no_quoting_whatever_the_text()
    {
        var everything = string.Concat(Enumerable.Range(1, 0x10FFFF).Where(code => code is < 0xD800 or > 0xDFFF).Select(char.ConvertFromUtf32));

        Assert.All(Tokenizer.Lexemes(everything), lexeme => Assert.DoesNotContain(lexeme, character => character is '\'' or '\\' or ' ' or ':'));
    }

    [Theory]
    [InlineData("Plants make sugar from light, and the oxygen is set free.", TextLanguage.English)]
    [InlineData("Wie entsteht eigentlich der Regen über dem Meer?", TextLanguage.German)]
    [InlineData("Les plantes fabriquent du sucre avec la lumière et l'eau.", TextLanguage.French)]
    [InlineData("¿Qué es la fotosíntesis y cómo funciona?", TextLanguage.Spanish)]
    [InlineData("ما هي عملية البناء الضوئي في النباتات؟", TextLanguage.Arabic)]
    [InlineData("光合成とは何ですか。", TextLanguage.Japanese)]
    [InlineData("Что такое фотосинтез?", TextLanguage.Other)]
    [InlineData("🙂🙂", TextLanguage.Other)]
    [InlineData("", TextLanguage.Other)]
    public void The_language_is_recognized_by_script_and_stop_words(string text, TextLanguage language) =>
        Assert.Equal(language, LanguageDetector.Detect(text));

    [Fact]
    public void Passages_are_complete_bounded_and_in_order()
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
    public void A_passage_is_a_question_if_all_its_sentences_are(string passage, bool isQuestion) =>
        Assert.Equal(isQuestion, Passages.IsQuestion(passage));
}
