using Choir.Storage;

namespace Choir.ActorHost.PostChain.Model.Text;

/// <summary>How often each term occurs in a text, in how many sentences, and how it is written at its first occurrence.</summary>
internal sealed class TermStatistics
{
    private const int MaxKeywords = 12;

    private readonly Dictionary<string, Entry> _terms = new(StringComparer.Ordinal);

    private TermStatistics()
    {
    }

    public static TermStatistics Of(IEnumerable<List<Token>> sentences)
    {
        var statistics = new TermStatistics();
        var number = 0;
        foreach (var sentence in sentences)
        {
            number++;
            foreach (var token in sentence)
            {
                statistics.Count(token, number);
            }
        }

        return statistics;
    }

    /// <summary>
    /// The weight of each term: (1 + ln tf) · ln(1 + S/sf), with tf its occurrences, sf the sentences that contain it and S
    /// all sentences. This is tf-idf with sentences in place of documents.
    /// </summary>
    public Dictionary<string, double> Weights(int sentences) => _terms.ToDictionary(
        term => term.Key,
        term => (1 + Math.Log(term.Value.Occurrences)) * Math.Log(1 + (double)sentences / term.Value.Sentences)
            * (term.Value.IsFragment ? 0.5 : 1),
        StringComparer.Ordinal);

    /// <summary>The terms of greatest weight, words before fragments, in a stable order.</summary>
    public IReadOnlyList<string> Keywords(Dictionary<string, double> weights)
    {
        var words = _terms.Where(term => !term.Value.IsFragment && IsKeyword(term.Value.Surface)).ToList();
        var candidates = words.Count > 0 ? words : [.. _terms];
        return [.. candidates
            .OrderByDescending(term => weights[term.Key] * (1 + Math.Log(term.Value.Occurrences)))
            .ThenBy(term => term.Value.FirstSentence)
            .ThenBy(term => term.Key, StringComparer.Ordinal)
            .Take(MaxKeywords)
            .Select(term => term.Value.Surface)];
    }

    private static bool IsKeyword(string surface) =>
        !surface.All(char.IsDigit) && (surface.Length > 2 || !char.IsAsciiLetter(surface[0]));

    private void Count(Token token, int sentence)
    {
        if (!_terms.TryGetValue(token.Key, out var entry))
        {
            _terms[token.Key] = entry = new Entry(token.Surface, token.IsFragment, sentence);
        }

        entry.Occurrences++;
        if (entry.LastSentence != sentence)
        {
            entry.LastSentence = sentence;
            entry.Sentences++;
        }
    }

    private sealed class Entry(string surface, bool isFragment, int firstSentence)
    {
        public string Surface { get; } = surface;

        public bool IsFragment { get; } = isFragment;

        public int FirstSentence { get; } = firstSentence;

        public int Occurrences { get; set; }

        public int Sentences { get; set; }

        public int LastSentence { get; set; }
    }
}
