using System.Collections.Frozen;
using System.Text.Json;
using Choir.Actors;
using Choir.Contracts.Threads;

namespace Choir.ActorHost.PostChain.Context;

/// <summary>Creates context operations with their metadata.</summary>
internal static class ContextOperations
{
    public static IReadOnlyDictionary<string, JsonElement> NoMetadata { get; } = FrozenDictionary<string, JsonElement>.Empty;

    public static ContextOperation Add(string id, string text, params ReadOnlySpan<(string Name, object Value)> metadata) =>
        new(ContextOperationKind.Add, id, text, Of(metadata));

    public static ContextOperation On(
        ContextPiece piece, ContextOperationKind operation, params ReadOnlySpan<(string Name, object Value)> metadata) =>
        new(operation, piece.Id, null, Of(metadata));

    /// <summary>A weight with three decimals, so that it is short and the same on every machine.</summary>
    public static double Rounded(double value) => Math.Round(value, 3, MidpointRounding.AwayFromZero);

    private static Dictionary<string, JsonElement> Of(ReadOnlySpan<(string Name, object Value)> metadata)
    {
        var all = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var (name, value) in metadata)
        {
            all[name] = JsonSerializer.SerializeToElement(value, value.GetType(), ActorJson.Options);
        }

        return all;
    }
}
