using Choir.ActorHost.PostChain.Context;
using Choir.ActorHost.PostChain.Model.Text;
using Choir.Contracts.Threads;
using Choir.Storage;

namespace Choir.ActorHost.PostChain.Model.Embedded;

/// <summary>Observation: tags pieces with their keywords and links similar pieces.</summary>
internal static class Tagging
{
    private const int MaxTags = 3;
    private const int MaxLinks = 24;

    /// <summary>From this cosine on two pieces are linked.</summary>
    private const double LinkSimilarity = 0.25;

    public static PhaseResult Run(PhaseTask task)
    {
        var pieces = task.Context.Where(piece => piece.IsStatement || piece.IsQuestion || piece.IsSource)
            .Select(piece => (Piece: piece, Text: TextAnalysis.Of(piece.Text)))
            .ToList();
        var subjects = WorkingContext.Of(task.Context).Frame?.Words("keywords") ?? [];
        var tags = pieces
            .Select(piece => (piece.Piece, Tags: Tags(piece.Text, subjects)))
            .Where(piece => piece.Tags.Count > 0)
            .Select(piece => ContextOperations.On(piece.Piece, ContextOperationKind.Tag, ("tags", piece.Tags)))
            .ToList();
        var links = Links(pieces.ConvertAll(piece => (piece.Piece, TermVector.Of(Tokenizer.Tokens(piece.Piece.Text)))));
        var common = tags.SelectMany(tag => tag.Metadata!["tags"].EnumerateArray().Select(item => item.GetString()!))
            .GroupBy(word => word, StringComparer.OrdinalIgnoreCase)
            .OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal)
            .Take(5).Select(group => group.Key).ToList();
        var subject = common.Count == 0 ? "" : $" Most often it is about {string.Join(", ", common)}.";
        return new PhaseResult(
            $"{tags.Count} pieces tagged, {links.Count} links between pieces.{subject}", [.. tags, .. links]);
    }

    /// <summary>Keywords of the whole input first, then those of the piece alone.</summary>
    private static List<string> Tags(TextAnalysis piece, IReadOnlyList<string> subjects) =>
        [.. piece.Keywords
            .OrderBy(word => subjects.Contains(word, StringComparer.OrdinalIgnoreCase) ? 0 : 1)
            .Take(MaxTags)
            .Select(word => word.ToLowerInvariant())];

    private static List<ContextOperation> Links(List<(ContextPiece Piece, TermVector Vector)> pieces)
    {
        var links = new List<(double Cosine, ContextPiece From, ContextPiece To)>();
        for (var i = 0; i < pieces.Count; i++)
        {
            for (var j = i + 1; j < pieces.Count; j++)
            {
                var cosine = pieces[i].Vector.Cosine(pieces[j].Vector);
                if (cosine >= LinkSimilarity)
                {
                    links.Add((cosine, pieces[i].Piece, pieces[j].Piece));
                }
            }
        }

        return [.. links.OrderByDescending(link => link.Cosine).Take(MaxLinks).Select(link => ContextOperations.On(
            link.From,
            ContextOperationKind.Link,
            ("to", link.To.Id),
            ("similarity", ContextOperations.Rounded(link.Cosine))))];
    }
}
