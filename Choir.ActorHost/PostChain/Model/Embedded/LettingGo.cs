using Choir.ActorHost.PostChain.Context;
using Choir.ActorHost.PostChain.Model.Text;
using Choir.Contracts.Threads;
using Choir.Storage;

namespace Choir.ActorHost.PostChain.Model.Embedded;

/// <summary>Understanding, what to let go: pieces that repeat others or serve nothing go, long ones become shorter.</summary>
internal static class LettingGo
{
    private const int MaxStatements = 14;
    private const int MaxSources = 6;
    private const int MaxPieceLength = 360;

    /// <summary>From this cosine on one piece repeats another.</summary>
    private const double Repeats = 0.8;

    /// <summary>Lighter pieces serve nothing, unless nothing else is there.</summary>
    private const double TooLight = 0.1;

    public static PhaseThought Think(PhaseTask task)
    {
        var context = WorkingContext.Of(task.Context);
        var pruned = Prune(context.Statements, MaxStatements).Concat(Prune(context.Sources, MaxSources)).ToList();
        var gone = pruned.Select(operation => operation.Target).ToHashSet(StringComparer.Ordinal);
        var shortened = context.Statements.Concat(context.Sources)
            .Where(piece => piece.Text.Length > MaxPieceLength && !gone.Contains(piece.Id))
            .Select(piece => new ContextOperation(
                ContextOperationKind.Transform, piece.Id, Wording.Shorten(piece.Text, MaxPieceLength), null))
            .ToList();
        var kept = context.Statements.Count() + context.Sources.Count() - pruned.Count;
        return new PhaseThought(
            $"Lets go of {pruned.Count} pieces, shortens {shortened.Count}, keeps {kept}.", [.. pruned, .. shortened]);
    }

    /// <summary>Goes through pieces from the heaviest on; earlier ones win ties, and so does the origin of a repetition.</summary>
    private static IEnumerable<ContextOperation> Prune(IEnumerable<ContextPiece> pieces, int limit)
    {
        var kept = new List<(ContextPiece Piece, TermVector Vector)>();
        foreach (var piece in pieces.OrderByDescending(piece => piece.Weight))
        {
            var vector = TermVector.Of(Tokenizer.Tokens(piece.Text));
            var repeated = kept.Find(other => other.Vector.Cosine(vector) >= Repeats).Piece;
            if (repeated is not null)
            {
                yield return Notes.On(piece, ContextOperationKind.Prune, ("reason", $"repeats {repeated.Id}"));
            }
            else if (kept.Count >= limit || (kept.Count > 0 && piece.Weight < TooLight))
            {
                yield return Notes.On(piece, ContextOperationKind.Prune, ("reason", "serves the goals least"));
            }
            else
            {
                kept.Add((piece, vector));
            }
        }
    }
}
