using Choir.ActorHost.PostChain.Context;
using Choir.ActorHost.PostChain.Model.Text;
using Choir.Contracts.Threads;
using Choir.Storage;

namespace Choir.ActorHost.PostChain.Model;

/// <summary>What the index found of an earlier cycle.</summary>
/// <param name="ThreadId">Its thread.</param>
/// <param name="CycleId">The cycle.</param>
/// <param name="Rank">How well it fits, by the index.</param>
/// <param name="Text">The passages that were found, joined.</param>
internal sealed record Recollection(string ThreadId, string CycleId, double Rank, string Text);

/// <summary>What to look for in earlier cycles, and what of the finds to keep. The same whichever model thinks.</summary>
internal static class Retrieval
{
    /// <summary>The most earlier cycles that a round adds to the context.</summary>
    public const int MaxSources = 5;

    private const int MaxSentences = 3;

    /// <summary>The most of one earlier cycle that goes into the context, in UTF-16 units.</summary>
    private const int MaxExtract = 800;

    /// <summary>Two extracts more alike than this say the same; the older one is the origin.</summary>
    private const double SameThing = 0.9;

    /// <summary>The words to look for: those of this round's query, or of the questions, or what the input is about.</summary>
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
    /// The operations that add the finds, best first, each cut to the sentences that bear on the query. Those of earlier
    /// rounds come first, unchanged, so that the phase's last step shows all that the answer rests on.
    /// </summary>
    public static IReadOnlyList<ContextOperation> Sources(
        WorkingContext context, string query, IEnumerable<Recollection> found, int round)
    {
        var known = context.Sources.Select(source => source.Word("cycleId")).ToHashSet();
        var sought = TermVector.Of(Tokenizer.Tokens(query));
        var candidates = found
            .Where(recollection => !known.Contains(recollection.CycleId))
            .Select(recollection => (Recollection: recollection, Extract: Extract(recollection.Text, sought)))
            .Where(candidate => candidate.Extract.Length > 0)
            .OrderBy(candidate => candidate.Recollection.CycleId, StringComparer.Ordinal)
            .ToList();
        var origins = new List<(Recollection Recollection, string Text, TermVector Vector)>();
        foreach (var (recollection, extract) in candidates)
        {
            var vector = TermVector.Of(Tokenizer.Tokens(extract));
            if (origins.All(origin => origin.Vector.Cosine(vector) < SameThing))
            {
                origins.Add((recollection, extract, vector));
            }
        }

        var number = context.Sources.Select(Wording.Number).DefaultIfEmpty(0).Max();
        var kept = context.Sources.Select(
            source => new ContextOperation(ContextOperationKind.Add, source.Id, source.Text, source.Metadata));
        return [.. kept, .. origins
            .OrderByDescending(origin => origin.Recollection.Rank)
            .ThenBy(origin => origin.Recollection.CycleId, StringComparer.Ordinal)
            .Take(MaxSources)
            .Select(origin => Notes.Add(
                $"source/{++number}",
                origin.Text,
                ("kind", "source"),
                ("threadId", origin.Recollection.ThreadId),
                ("cycleId", origin.Recollection.CycleId),
                ("rank", origin.Recollection.Rank),
                ("round", round)))];
    }

    /// <summary>
    /// The sentences that share terms with the query; where the index found the text by forms of words that are not seen
    /// as the same here, those that stand for it.
    /// </summary>
    private static string Extract(string text, TermVector sought)
    {
        var analysis = TextAnalysis.Of(text);
        var best = Extracts.About(analysis, sought, MaxSentences);
        if (best.Count == 0)
        {
            best = Extracts.Best(analysis.Sentences, MaxSentences);
        }

        return Wording.Shorten(
            string.Join(' ', best.OrderBy(sentence => sentence.Index).Select(sentence => sentence.Text)), MaxExtract);
    }
}
