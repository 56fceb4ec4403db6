using Choir.ActorHost.PostChain.Model.Text;
using Choir.Storage;

namespace Choir.Tests.Unit.PostChain;

public sealed class SentenceTests
{
    [Theory]
    [InlineData("Dr. Smith came at 3.5 p.m. He left.", 2)]
    [InlineData("植物は光を使う。水も使う！本当？", 3)]
    [InlineData("ما هذا؟ هذا كتاب.", 2)]
    [InlineData("Am 3. Oktober war es kalt. Es schneite z.B. im Harz.", 2)]
    [InlineData("# Heading\n\nOne line\nand its rest. Another.", 3)]
    [InlineData("- first\n- second\n- third", 3)]
    [InlineData(" \n\t ", 0)]
    public void A_text_is_split_at_sentence_ends_but_not_at_abbreviations_and_numbers(string text, int count) =>
        Assert.Equal(count, SentenceSplitter.Split(text).Count);

    [Fact]
    public void A_sentence_that_is_too_long_is_cut_without_losing_a_character()
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
    public void Questions_and_requests_are_distinguished_from_statements(string sentence, bool isQuestion) =>
        Assert.Equal(isQuestion, Questions.IsQuestion(sentence, LanguageDetector.Detect(sentence)));

    [Fact]
    public void Removing_the_questions_of_a_text_leaves_its_statements()
    {
        Assert.Equal("", Questions.Remove("Explain photosynthesis."));
        Assert.Equal(Texts.Glaciers, Questions.Remove(Texts.Glaciers));
        Assert.Equal("Ice is cold.", Questions.Remove("Ice is cold. Is snow?"));
    }
}
