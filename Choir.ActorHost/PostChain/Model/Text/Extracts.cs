namespace Choir.ActorHost.PostChain.Model.Text;

/// <summary>Selects sentences of a text: those that represent it, or those that answer a question.</summary>
internal static class Extracts
{
    /// <summary>How many of the best sentences are compared with each other, so that the work stays linear.</summary>
    private const int MaxCandidates = 200;

    /// <summary>The weight of diversity against score: maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998).</summary>
    private const double Diversity = 0.5;

    /// <summary>The sentences with the highest scores that repeat each other least, best first.</summary>
    public static IReadOnlyList<AnalysedSentence> Best(IEnumerable<AnalysedSentence> sentences, int count) =>
        Diverse(sentences.Select(sentence => (sentence, sentence.Score)), count);

    /// <summary>The best sentence of each of several equal parts of the text, in the order of the text.</summary>
    public static IReadOnlyList<AnalysedSentence> BestOfEachPart(IReadOnlyList<AnalysedSentence> sentences, int parts)
    {
        var chosen = new List<AnalysedSentence>();
        for (var part = 0; part < parts; part++)
        {
            var from = (int)((long)sentences.Count * part / parts);
            var to = (int)((long)sentences.Count * (part + 1) / parts);
            AnalysedSentence? best = null;
            for (var i = from; i < to; i++)
            {
                if (sentences[i].Score > (best?.Score ?? 0))
                {
                    best = sentences[i];
                }
            }

            if (best is not null)
            {
                chosen.Add(best);
            }
        }

        return chosen;
    }

    /// <summary>The statements that share terms with a question, best first.</summary>
    public static IReadOnlyList<AnalysedSentence> About(TextAnalysis text, TermVector question, int count) =>
        Diverse(
            text.Sentences
                .Where(sentence => !sentence.IsQuestion)
                .Select(sentence => (sentence, Relevance(sentence, question)))
                .Where(candidate => candidate.Item2 > 0),
            count);

    /// <summary>The share of the question's terms that a sentence has; similarity and score decide between equals.</summary>
    private static double Relevance(AnalysedSentence sentence, TermVector question)
    {
        var coverage = question.CoverageBy(sentence.Vector);
        return coverage == 0 ? 0 : coverage + (0.1 * sentence.Vector.Cosine(question)) + (0.02 * Math.Min(5, sentence.Score));
    }

    private static List<AnalysedSentence> Diverse(
        IEnumerable<(AnalysedSentence Sentence, double Score)> sentences, int count)
    {
        var candidates = sentences
            .Where(candidate => candidate.Score > 0)
            .OrderByDescending(candidate => candidate.Score)
            .ThenBy(candidate => candidate.Sentence.Index)
            .Take(MaxCandidates)
            .ToList();
        var chosen = new List<AnalysedSentence>();
        var similarity = new double[candidates.Count];
        while (chosen.Count < count && candidates.Count > 0)
        {
            var best = 0;
            for (var i = 1; i < candidates.Count; i++)
            {
                if (Value(i) > Value(best))
                {
                    best = i;
                }
            }

            var sentence = candidates[best].Sentence;
            chosen.Add(sentence);
            candidates.RemoveAt(best);
            similarity.AsSpan(best + 1).CopyTo(similarity.AsSpan(best));
            for (var i = 0; i < candidates.Count; i++)
            {
                similarity[i] = Math.Max(similarity[i], candidates[i].Sentence.Vector.Cosine(sentence.Vector));
            }
        }

        return chosen;

        double Value(int i) => candidates[i].Score * (1 - (Diversity * similarity[i]));
    }
}
