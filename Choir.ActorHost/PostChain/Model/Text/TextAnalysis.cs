namespace Choir.ActorHost.PostChain.Model.Text;

/// <summary>A text taken apart: its language, sentences, terms and what each is worth. Linear in the text's length.</summary>
internal sealed class TextAnalysis
{
    /// <summary>How many terms make up the text's centre, against which sentences are measured.</summary>
    private const int CentreTerms = 100;

    private readonly Dictionary<string, double> _worth;

    private TextAnalysis(
        TextLanguage language, IReadOnlyList<AnalysedSentence> sentences, Dictionary<string, double> worth,
        IReadOnlyList<string> keywords, int words)
    {
        Language = language;
        Sentences = sentences;
        _worth = worth;
        Keywords = keywords;
        Words = words;
    }

    public TextLanguage Language { get; }

    public IReadOnlyList<AnalysedSentence> Sentences { get; }

    /// <summary>What the text is about, most telling first, as it is written there; at most 12.</summary>
    public IReadOnlyList<string> Keywords { get; }

    /// <summary>How many terms it has, stop words not counted.</summary>
    public int Words { get; }

    public static TextAnalysis Of(string text)
    {
        var language = LanguageDetector.Detect(text);
        var sentences = SentenceSplitter.Split(text)
            .Select(sentence => (Sentence: sentence, Tokens: Tokenizer.Tokenize(sentence.Text, language)))
            .ToList();
        var statistics = TermStatistics.Of(sentences.Select(sentence => sentence.Tokens));
        var worth = statistics.Worth(sentences.Count);
        var centre = worth.OrderByDescending(term => term.Value).ThenBy(term => term.Key, StringComparer.Ordinal)
            .Take(CentreTerms).ToDictionary(StringComparer.Ordinal);
        var analysed = sentences
            .Select(sentence => new AnalysedSentence(
                sentence.Sentence,
                TermVector.Of(sentence.Tokens, key => worth.GetValueOrDefault(key)),
                Score(sentence.Sentence, sentence.Tokens, centre, sentences.Count),
                Questions.IsQuestion(sentence.Sentence.Text, language)))
            .ToList();
        return new TextAnalysis(
            language, analysed, worth, statistics.Keywords(worth), sentences.Sum(sentence => sentence.Tokens.Count));
    }

    /// <summary>Another text's vector, by what terms are worth in this one; terms that it lacks are worth one.</summary>
    public TermVector Vector(string text) =>
        TermVector.Of(Tokenizer.Tokenize(text, Language), key => _worth.GetValueOrDefault(key, 1));

    /// <summary>
    /// How well a sentence stands for its text: the weight of the central terms in it, damped by its length, raised at
    /// the beginning of the text and of paragraphs, lowered for headings and for what is too short or too long to quote.
    /// </summary>
    private static double Score(Sentence sentence, List<Token> tokens, Dictionary<string, double> centre, int count)
    {
        var keys = tokens.Select(token => token.Key).ToHashSet(StringComparer.Ordinal);
        if (keys.Count == 0)
        {
            return 0;
        }

        var weight = keys.Sum(key => centre.GetValueOrDefault(key)) / Math.Sqrt(keys.Count + 4);
        var place = sentence.Index == 0 ? 1.3 : sentence.Index < Math.Max(2, count / 20) ? 1.15 : 1;
        var paragraph = sentence.BeginsParagraph ? 1.1 : 1;
        var form = sentence.IsTerminated ? 1 : 0.5;
        var length = sentence.Text.Length switch { < 20 => 0.4, > 400 => 0.6, > 250 => 0.85, _ => 1 };
        return weight * place * paragraph * form * length;
    }
}

/// <summary>A sentence with what is known about it.</summary>
/// <param name="Sentence">The sentence.</param>
/// <param name="Vector">Its terms, weighted.</param>
/// <param name="Score">How well it stands for its text.</param>
/// <param name="IsQuestion">Whether it asks or demands something.</param>
internal sealed record AnalysedSentence(Sentence Sentence, TermVector Vector, double Score, bool IsQuestion)
{
    public string Text => Sentence.Text;

    public int Index => Sentence.Index;
}
