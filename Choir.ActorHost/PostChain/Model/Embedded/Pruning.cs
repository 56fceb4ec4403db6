using Choir.ActorHost.PostChain.Context;
using Choir.ActorHost.PostChain.Model.Text;
using Choir.Contracts.Threads;
using Choir.Storage;

namespace Choir.ActorHost.PostChain.Model.Embedded;

/// <summary>Understanding: removes pieces that repeat others or have little weight, and shortens long ones.</summary>
internal static class Pruning
{
    private const int MaxStatements = 14;
    private const int MaxSources = 6;
    private const int MaxPieceLength = 360;

    /// <summary>From this cosine on one piece repeats another.</summary>
    private const double DuplicateSimilarity = 0.8;

    /// <summary>Pieces with less weight are removed, except the first.</summary>
    private const double MinWeight = 0.1;

    public static PhaseResult Run(PhaseTask task)
    {
        var context = WorkingContext.Of(task.Context);
        var pruned = Prune(context.Statements, MaxStatements).Concat(Prune(context.Sources, MaxSources)).ToList();
        var removed = pruned.Select(operation => operation.Target).ToHashSet(StringComparer.Ordinal);
        var shortened = context.Statements.Concat(context.Sources)
            .Where(piece => piece.Text.Length > MaxPieceLength && !removed.Contains(piece.Id))
            .Select(piece => new ContextOperation(
                ContextOperationKind.Transform, piece.Id, Wording.Shorten(piece.Text, MaxPieceLength), null))
            .ToList();
        var kept = context.Statements.Count() + context.Sources.Count() - pruned.Count;
        return new PhaseResult(
            $"Removes {pruned.Count} pieces, shortens {shortened.Count}, keeps {kept}.", [.. pruned, .. shortened]);
    }

    /// <summary>Goes through the pieces by descending weight; between equals the earlier one is kept.</summary>
    private static IEnumerable<ContextOperation> Prune(IEnumerable<ContextPiece> pieces, int limit)
    {
        var kept = new List<(ContextPiece Piece, TermVector Vector)>();
        foreach (var piece in pieces.OrderByDescending(piece => piece.Weight))
        {
            var vector = TermVector.Of(Tokenizer.Tokens(piece.Text));
            var repeated = kept.Find(other => other.Vector.Cosine(vector) >= DuplicateSimilarity).Piece;
            if (repeated is not null)
            {
                yield return ContextOperations.On(piece, ContextOperationKind.Prune, ("reason", $"repeats {repeated.Id}"));
            }
            else if (kept.Count >= limit || (kept.Count > 0 && piece.Weight < MinWeight))
            {
                yield return ContextOperations.On(piece, ContextOperationKind.Prune, ("reason", "low weight"));
            }
            else
            {
                kept.Add((piece, vector));
            }
        }
    }
}
