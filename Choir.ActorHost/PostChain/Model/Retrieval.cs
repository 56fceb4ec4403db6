using Choir.ActorHost.PostChain.Context;
using Choir.ActorHost.PostChain.Model.Text;
using Choir.Contracts.Threads;
using Choir.Storage;

namespace Choir.ActorHost.PostChain.Model;

/// <summary>An earlier cycle that the index found.</summary>
/// <param name="ThreadId">Its thread.</param>
/// <param name="CycleId">The cycle.</param>
/// <param name="Rank">Its rank in the index.</param>
/// <param name="Text">The passages found, joined.</param>
internal sealed record EarlierCycle(string ThreadId, string CycleId, double Rank, string Text);

/// <summary>Builds the query for earlier cycles and selects sources from the results, the same for every model.</summary>
internal static class Retrieval
{
    /// <summary>The maximum number of earlier cycles that a round adds to the context.</summary>
    public const int MaxSources = 5;

    private const int MaxSentences = 3;

    /// <summary>The maximum length of the extract of a cycle, in UTF-16 units.</summary>
    private const int MaxExtract = 800;

    /// <summary>From this cosine on an extract is a duplicate of an older one.</summary>
    private const double DuplicateSimilarity = 0.9;

    /// <summary>The query: that of this round, otherwise the questions, otherwise the keywords of the input.</summary>
    public static string Query(WorkingContext context)
    {
        if (context.Pieces.LastOrDefault(piece => piece.Kind == "query") is { } query)
        {
            return query.Text;
        }

        var questions = string.Join('\n', context.Questions.Select(question => question.Text));
        return questions.Length > 0 ? questions : string.Join(' ', context.Frame?.Words("keywords").Take(8) ?? []);
    }

    /// <summary>
    /// The operations that add the sources, best first, each reduced to the sentences that match the query. The sources of
    /// earlier rounds come first, unchanged, so that the saved phase contains all sources of the answer.
    /// </summary>
    public static IReadOnlyList<ContextOperation> Sources(
        WorkingContext context, string query, IEnumerable<EarlierCycle> found, int round)
    {
        var known = context.Sources.Select(source => source.Word("cycleId")).ToHashSet();
        var queryTerms = TermVector.Of(Tokenizer.Tokens(query));
        var candidates = found
            .Where(cycle => !known.Contains(cycle.CycleId))
            .Select(cycle => (Cycle: cycle, Extract: Extract(cycle.Text, queryTerms)))
            .Where(candidate => candidate.Extract.Length > 0)
            .OrderBy(candidate => candidate.Cycle.CycleId, StringComparer.Ordinal)
            .ToList();
        var unique = new List<(EarlierCycle Cycle, string Text, TermVector Vector)>();
        foreach (var (cycle, extract) in candidates)
        {
            var vector = TermVector.Of(Tokenizer.Tokens(extract));
            if (unique.All(source => source.Vector.Cosine(vector) < DuplicateSimilarity))
            {
                unique.Add((cycle, extract, vector));
            }
        }

        var number = context.Sources.Select(Wording.Number).DefaultIfEmpty(0).Max();
        var kept = context.Sources.Select(
            source => new ContextOperation(ContextOperationKind.Add, source.Id, source.Text, source.Metadata));
        return [.. kept, .. unique
            .OrderByDescending(source => source.Cycle.Rank)
            .ThenBy(source => source.Cycle.CycleId, StringComparer.Ordinal)
            .Take(MaxSources)
            .Select(source => ContextOperations.Add(
                $"source/{++number}",
                source.Text,
                ("kind", "source"),
                ("threadId", source.Cycle.ThreadId),
                ("cycleId", source.Cycle.CycleId),
                ("rank", source.Cycle.Rank),
                ("round", round)))];
    }

    /// <summary>The sentences that share terms with the query; if there are none, the most representative ones.</summary>
    private static string Extract(string text, TermVector queryTerms)
    {
        var analysis = TextAnalysis.Of(text);
        var best = Extracts.About(analysis, queryTerms, MaxSentences);
        if (best.Count == 0)
        {
            best = Extracts.Best(analysis.Sentences, MaxSentences);
        }

        return Wording.Shorten(
            string.Join(' ', best.OrderBy(sentence => sentence.Index).Select(sentence => sentence.Text)), MaxExtract);
    }
}
