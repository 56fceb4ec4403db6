using Choir.ActorHost.PostChain.Context;
using Choir.ActorHost.PostChain.Model.Text;
using Choir.Contracts.Threads;
using Choir.Storage;

namespace Choir.ActorHost.PostChain.Model.Embedded;

/// <summary>Observation, what to keep: what each piece is about, and which pieces belong together.</summary>
internal static class Noticing
{
    private const int MaxTags = 3;
    private const int MaxLinks = 24;

    /// <summary>From this cosine on two pieces belong together.</summary>
    private const double Related = 0.25;

    public static PhaseThought Think(PhaseTask task)
    {
        var pieces = task.Context.Where(piece => piece.IsStatement || piece.IsQuestion || piece.IsSource)
            .Select(piece => (Piece: piece, Text: TextAnalysis.Of(piece.Text)))
            .ToList();
        var subjects = WorkingContext.Of(task.Context).Frame?.Words("keywords") ?? [];
        var tags = pieces
            .Select(piece => (piece.Piece, Tags: Tags(piece.Text, subjects)))
            .Where(piece => piece.Tags.Count > 0)
            .Select(piece => Notes.On(piece.Piece, ContextOperationKind.Tag, ("tags", piece.Tags)))
            .ToList();
        var links = Links(pieces.ConvertAll(piece => (piece.Piece, TermVector.Of(Tokenizer.Tokens(piece.Piece.Text)))));
        var common = tags.SelectMany(tag => tag.Metadata!["tags"].EnumerateArray().Select(item => item.GetString()!))
            .GroupBy(word => word, StringComparer.OrdinalIgnoreCase)
            .OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal)
            .Take(5).Select(group => group.Key).ToList();
        var subject = common.Count == 0 ? "" : $" Most often it is about {string.Join(", ", common)}.";
        return new PhaseThought(
            $"{tags.Count} pieces tagged, {links.Count} links between pieces.{subject}", [.. tags, .. links]);
    }

    /// <summary>A piece's words that the whole input is about come first, then its own.</summary>
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
                if (cosine >= Related)
                {
                    links.Add((cosine, pieces[i].Piece, pieces[j].Piece));
                }
            }
        }

        return [.. links.OrderByDescending(link => link.Cosine).Take(MaxLinks).Select(link => Notes.On(
            link.From,
            ContextOperationKind.Link,
            ("to", link.To.Id),
            ("similarity", Notes.Rounded(link.Cosine))))];
    }
}
