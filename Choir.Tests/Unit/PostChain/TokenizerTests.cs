using Choir.ActorHost.PostChain.Model.Text;

namespace Choir.Tests.Unit.PostChain;

public sealed class TokenizerTests
{
    [Theory]
    [InlineData("Plants make sugar from light, and the oxygen is set free.", "English")]
    [InlineData("Wie entsteht eigentlich der Regen über dem Meer?", "German")]
    [InlineData("Les plantes fabriquent du sucre avec la lumière et l'eau.", "French")]
    [InlineData("¿Qué es la fotosíntesis y cómo funciona?", "Spanish")]
    [InlineData("ما هي عملية البناء الضوئي في النباتات؟", "Arabic")]
    [InlineData("光合成とは何ですか。", "Japanese")]
    [InlineData("Что такое фотосинтез?", "Other")]
    [InlineData("🙂🙂", "Other")]
    [InlineData("", "Other")]
    public void The_language_is_told_by_script_and_stop_words(string text, string language) =>
        Assert.Equal(language, LanguageDetector.Detect(text).ToString());

    [Fact]
    public void Stop_words_go_and_forms_of_a_word_have_one_key()
    {
        var keys = Keys("The plants and the plant's leaves", TextLanguage.English);
        Assert.Equal(["plant", "plant", "leave"], keys);
    }

    [Fact]
    public void Scripts_without_spaces_become_words_and_pairs() =>
        Assert.Equal(["光合成", "光合", "合成", "エネルギー"], Keys("光合成はエネルギーを", TextLanguage.Japanese));

    [Fact]
    public void Thai_becomes_pairs() =>
        Assert.Equal(["พื", "ืช"], Keys("พืช", TextLanguage.Other));

    [Fact]
    public void The_Arabic_article_is_no_part_of_a_word() =>
        Assert.Equal(Keys("نباتات", TextLanguage.Arabic), Keys("النباتات", TextLanguage.Arabic));

    [Fact]
    public void Emoji_are_terms_without_their_modifiers() =>
        Assert.Equal(["🚀", "👍"], Keys("🚀 👍🏽", TextLanguage.English));

    [Fact]
    public void Half_a_surrogate_pair_is_passed_over() => Assert.Equal(["sea"], Keys("\ud83d sea", TextLanguage.English));

    [Theory]
    [InlineData("Dr. Smith came at 3.5 p.m. He left.", 2)]
    [InlineData("植物は光を使う。水も使う！本当？", 3)]
    [InlineData("ما هذا؟ هذا كتاب.", 2)]
    [InlineData("Am 3. Oktober war es kalt. Es schneite z.B. im Harz.", 2)]
    [InlineData("# Heading\n\nOne line\nand its rest. Another.", 3)]
    [InlineData("- first\n- second\n- third", 3)]
    [InlineData(" \n\t ", 0)]
    public void Sentences_end_where_people_end_them(string text, int count) =>
        Assert.Equal(count, SentenceSplitter.Split(text).Count);

    [Fact]
    public void An_endless_sentence_is_cut_without_losing_a_character()
    {
        var text = string.Concat(Enumerable.Repeat("🙂", 1_000));
        var sentences = SentenceSplitter.Split(text);
        Assert.All(sentences, sentence => Assert.InRange(sentence.Text.Length, 1, SentenceSplitter.MaxSentence));
        Assert.Equal(text, string.Concat(sentences.Select(sentence => sentence.Text)));
    }

    [Theory]
    [InlineData("What do plants need?", true)]
    [InlineData("Explain how rain forms.", true)]
    [InlineData("how does rain form", true)]
    [InlineData("When it rains, plants grow.", false)]
    [InlineData("Wie entsteht Regen?", true)]
    [InlineData("光合成とは何ですか。", true)]
    [InlineData("光合成は植物が行う。", false)]
    [InlineData("ما هو المطر؟", true)]
    public void Questions_are_told_from_statements(string sentence, bool isQuestion) =>
        Assert.Equal(isQuestion, Questions.IsQuestion(sentence, LanguageDetector.Detect(sentence)));

    private static IEnumerable<string> Keys(string text, TextLanguage language) =>
        Tokenizer.Tokenize(text, language).Select(token => token.Key);
}
