using Choir.Storage;

namespace Choir.ActorHost.PostChain.Model.Text;

/// <summary>The language, sentences and keywords of a text. The analysis is linear in the text's length.</summary>
/// <param name="Language">The language.</param>
/// <param name="Sentences">The sentences in order.</param>
/// <param name="Keywords">The terms with the greatest weight, as written in the text, best first; at most 12.</param>
internal sealed record TextAnalysis(
    TextLanguage Language, IReadOnlyList<AnalysedSentence> Sentences, IReadOnlyList<string> Keywords)
{
    /// <summary>Sentences are scored by the text's terms of greatest weight; this many.</summary>
    private const int CentralTerms = 100;

    public static TextAnalysis Of(string text)
    {
        var language = LanguageDetector.Detect(text);
        var sentences = SentenceSplitter.Split(text)
            .Select(sentence => (Sentence: sentence, Tokens: Tokenizer.Tokens(sentence.Text).ToList()))
            .ToList();
        var statistics = TermStatistics.Of(sentences.Select(sentence => sentence.Tokens));
        var weights = statistics.Weights(sentences.Count);
        var central = weights.OrderByDescending(term => term.Value).ThenBy(term => term.Key, StringComparer.Ordinal)
            .Take(CentralTerms).ToDictionary(StringComparer.Ordinal);
        var analysed = sentences
            .Select(sentence => new AnalysedSentence(
                sentence.Sentence,
                TermVector.Of(sentence.Tokens, key => weights.GetValueOrDefault(key)),
                Score(sentence.Sentence, sentence.Tokens, central, sentences.Count),
                Questions.IsQuestion(sentence.Sentence.Text, language)))
            .ToList();
        return new TextAnalysis(language, analysed, statistics.Keywords(weights));
    }

    /// <summary>
    /// How well a sentence represents its text: the weight of its central terms relative to its length, raised at the
    /// beginning of the text and of paragraphs, lowered for headings and for sentences too short or too long to quote.
    /// </summary>
    private static double Score(Sentence sentence, List<Token> tokens, Dictionary<string, double> central, int count)
    {
        var keys = tokens.Select(token => token.Key).ToHashSet(StringComparer.Ordinal);
        if (keys.Count == 0)
        {
            return 0;
        }

        var weight = keys.Sum(key => central.GetValueOrDefault(key)) / Math.Sqrt(keys.Count + 4);
        var position = sentence.Index == 0 ? 1.3 : sentence.Index < Math.Max(2, count / 20) ? 1.15 : 1;
        var paragraph = sentence.BeginsParagraph ? 1.1 : 1;
        var form = sentence.IsTerminated ? 1 : 0.5;
        var length = sentence.Text.Length switch { < 20 => 0.4, > 400 => 0.6, > 250 => 0.85, _ => 1 };
        return weight * position * paragraph * form * length;
    }
}

/// <summary>A sentence with its weighted terms.</summary>
/// <param name="Sentence">The sentence.</param>
/// <param name="Vector">Its weighted terms.</param>
/// <param name="Score">How well it represents its text.</param>
/// <param name="IsQuestion">Whether it is a question or a request for an explanation.</param>
internal sealed record AnalysedSentence(Sentence Sentence, TermVector Vector, double Score, bool IsQuestion)
{
    public string Text => Sentence.Text;

    public int Index => Sentence.Index;
}
