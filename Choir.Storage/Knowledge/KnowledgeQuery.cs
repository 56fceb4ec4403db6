namespace Choir.Storage;

/// <summary>The terms of a query with their weights.</summary>
/// <param name="Terms">The terms.</param>
/// <param name="Weights">The weight of each term: the rarer in the index, the greater.</param>
internal sealed record KnowledgeQuery(IReadOnlyList<string> Terms, IReadOnlyList<double> Weights)
{
    /// <summary>The maximum number of terms: of a long text the most frequent ones.</summary>
    public const int MaxTerms = 32;

    // Smoothing for a small index, in which every word would be either common or unknown.
    private const double PriorPassages = 100;

    // A passage must match a quarter of the query's weight, or the weight of five average terms of a long query.
    private const double MinShare = 0.25;
    private const double EnoughTerms = 5;

    // A single matching term is not enough, unless it is a large part of the query and the passage begins with it or repeats
    // it.
    private const double MinShareOfOne = 0.4;
    private const int MinRepeatsOfOne = 2;
    private const int Beginning = 3;

    public double Total { get; } = Weights.Sum();

    /// <summary>The most frequent terms of a text, at most <see cref="MaxTerms"/>.</summary>
    public static string[] TermsOf(string text)
    {
        var counts = new Dictionary<string, (int Count, int First)>(StringComparer.Ordinal);
        var position = 0;
        foreach (var passage in Passages.Of(text))
        {
            foreach (var lexeme in Tokenizer.Lexemes(passage))
            {
                var known = counts.GetValueOrDefault(lexeme, (0, position));
                counts[lexeme] = (known.Item1 + 1, known.Item2);
                position++;
            }
        }

        var strong = counts.Where(entry => !Tokenizer.IsWeak(entry.Key)).ToList();
        return [.. (strong.Count > 0 ? strong : [.. counts])
            .OrderByDescending(entry => entry.Value.Count)
            .ThenBy(entry => entry.Value.First)
            .Take(MaxTerms)
            .Select(entry => entry.Key)];
    }

    /// <summary>The inverse document frequency, smoothed for small indexes.</summary>
    /// <param name="passages">How many passages are in the index.</param>
    /// <param name="holding">How many of them contain the term.</param>
    public static double Weight(long passages, long holding) =>
        Math.Log(1 + ((passages + PriorPassages) / (holding + 1)));

    /// <summary>How well a passage matches, from 0 to 1; null if it does not match.</summary>
    /// <param name="passage">The passage.</param>
    /// <param name="proximity">How close together its terms are, from 0 to 1: the cover density rank of Postgres.</param>
    public double? Rank(string passage, double proximity)
    {
        var lexemes = Tokenizer.Lexemes(passage).ToList();
        var counts = lexemes.CountBy(lexeme => lexeme, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        double held = 0, score = 0;
        int matched = 0, repeats = 0;
        for (var i = 0; i < Terms.Count; i++)
        {
            if (counts.TryGetValue(Terms[i], out var count))
            {
                matched++;
                repeats = Math.Max(repeats, count);
                held += Weights[i];
                score += Weights[i] * count / (count + 0.5);
            }
        }

        var share = held / Total;
        var fits = matched >= Math.Min(2, Terms.Count)
            ? share >= MinShare || held >= EnoughTerms * Total / Terms.Count
            : matched > 0 && share >= MinShareOfOne
                && (repeats >= MinRepeatsOfOne || lexemes.Take(Beginning).Any(Terms.Contains));
        return fits ? (0.8 * score / Total) + (0.2 * proximity) : null;
    }
}
