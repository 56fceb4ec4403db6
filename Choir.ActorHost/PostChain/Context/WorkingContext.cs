using System.Text.Json;
using Choir.Contracts.Threads;

namespace Choir.ActorHost.PostChain.Context;

/// <summary>A cycle's context: the pieces that result from its operations.</summary>
internal sealed class WorkingContext
{
    private readonly List<ContextPiece> _pieces = [];

    /// <summary>The pieces, in the order in which they were added.</summary>
    public IReadOnlyList<ContextPiece> Pieces => _pieces;

    /// <summary>The piece that describes the whole input; null before the Action phase.</summary>
    public ContextPiece? Frame => _pieces.Find(piece => piece.Kind == "frame");

    public IEnumerable<ContextPiece> Questions => _pieces.Where(piece => piece.IsQuestion);

    public IEnumerable<ContextPiece> Statements => _pieces.Where(piece => piece.IsStatement);

    public IEnumerable<ContextPiece> Sources => _pieces.Where(piece => piece.IsSource);

    /// <summary>Applies operations in their order. Operations on unknown pieces have no effect.</summary>
    public static WorkingContext Of(IEnumerable<ContextOperation> operations)
    {
        var context = new WorkingContext();
        foreach (var operation in operations)
        {
            context.Apply(operation);
        }

        return context;
    }

    public static WorkingContext Of(IEnumerable<ContextPiece> pieces)
    {
        var context = new WorkingContext();
        context._pieces.AddRange(pieces);
        return context;
    }

    /// <summary>One operation for each piece, which together give this context.</summary>
    public IReadOnlyList<ContextOperation> ToOperations() =>
        [.. _pieces.Select(piece => new ContextOperation(ContextOperationKind.Add, piece.Id, piece.Text, piece.Metadata))];

    private void Apply(ContextOperation operation)
    {
        var at = _pieces.FindIndex(piece => piece.Id == operation.Target);
        switch (operation.Operation)
        {
            case ContextOperationKind.Add:
                var piece = new ContextPiece(operation.Target, operation.Data ?? "", operation.Metadata ?? ContextOperations.NoMetadata);
                if (at < 0)
                {
                    _pieces.Add(piece);
                }
                else
                {
                    _pieces[at] = piece;
                }

                break;
            case ContextOperationKind.Prune when at >= 0:
                _pieces.RemoveAt(at);
                break;
            case ContextOperationKind.Transform when at >= 0:
                _pieces[at] = _pieces[at] with { Text = operation.Data ?? _pieces[at].Text };
                break;
            case ContextOperationKind.Prioritize or ContextOperationKind.Tag or ContextOperationKind.Link when at >= 0:
                _pieces[at] = _pieces[at] with { Metadata = Merge(_pieces[at].Metadata, operation.Metadata) };
                break;
        }
    }

    private static IReadOnlyDictionary<string, JsonElement> Merge(
        IReadOnlyDictionary<string, JsonElement> old, IReadOnlyDictionary<string, JsonElement>? added)
    {
        if (added is null)
        {
            return old;
        }

        var merged = new Dictionary<string, JsonElement>(old, StringComparer.Ordinal);
        foreach (var (name, value) in added)
        {
            merged[name] = value;
        }

        return merged;
    }
}
