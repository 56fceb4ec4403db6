namespace Choir.Storage;

/// <summary>A question to the index: its salient terms with their weights.</summary>
/// <param name="Terms">The terms; none where the question holds none.</param>
/// <param name="Weights">How much each says about what is asked: the rarer in the index, the more.</param>
internal sealed record KnowledgeQuery(IReadOnlyList<string> Terms, IReadOnlyList<double> Weights)
{
    /// <summary>The most terms of a question: of a long text the most frequent ones.</summary>
    public const int MaxTerms = 32;

    // Without these the first few texts of an empty index would make every word either common or unknown.
    private const double PriorPassages = 100;

    // A passage must have a quarter of what is asked, but of a long question no more than five terms' worth.
    private const double MinShare = 0.25;
    private const double EnoughTerms = 5;

    // One shared word alone is chance, unless it is much of the question, and the passage begins with it or comes back
    // to it: then the passage is about it.
    private const double MinShareOfOne = 0.4;
    private const int MinRepeatsOfOne = 2;
    private const int Beginning = 3;

    /// <summary>The weight of all terms together.</summary>
    public double Total { get; } = Weights.Sum();

    /// <summary>The terms that tell most about what a text asks, at most <see cref="MaxTerms"/>.</summary>
    public static string[] TermsOf(string text)
    {
        var counts = new Dictionary<string, (int Count, int First)>(StringComparer.Ordinal);
        var position = 0;
        foreach (var passage in Passages.Of(text))
        {
            foreach (var lexeme in Lexemes.Of(passage))
            {
                var known = counts.GetValueOrDefault(lexeme, (0, position));
                counts[lexeme] = (known.Item1 + 1, known.Item2);
                position++;
            }
        }

        var strong = counts.Where(entry => !Lexemes.IsWeak(entry.Key)).ToList();
        return [.. (strong.Count > 0 ? strong : [.. counts])
            .OrderByDescending(entry => entry.Value.Count)
            .ThenBy(entry => entry.Value.First)
            .Take(MaxTerms)
            .Select(entry => entry.Key)];
    }

    /// <summary>The inverse document frequency, smoothed for small indexes.</summary>
    /// <param name="passages">How many passages the index holds.</param>
    /// <param name="holding">How many of them hold the term.</param>
    public static double Weight(long passages, long holding) =>
        Math.Log(1 + ((passages + PriorPassages) / (holding + 1)));

    /// <summary>How well a passage fits, from 0 to 1; null if it does not.</summary>
    /// <param name="passage">The passage.</param>
    /// <param name="proximity">How densely it holds the terms, from 0 to 1: Postgres' cover density rank.</param>
    public double? Rank(string passage, double proximity)
    {
        var lexemes = Lexemes.Of(passage).ToList();
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
