using System.Collections.Frozen;
using System.Text.Json;
using Choir.Actors;
using Choir.Contracts.Threads;

namespace Choir.ActorHost.PostChain.Context;

/// <summary>Makes context operations and what is noted in them.</summary>
internal static class Notes
{
    /// <summary>No note.</summary>
    public static IReadOnlyDictionary<string, JsonElement> None { get; } = FrozenDictionary<string, JsonElement>.Empty;

    public static ContextOperation Add(string id, string text, params ReadOnlySpan<(string Name, object Value)> notes) =>
        new(ContextOperationKind.Add, id, text, Of(notes));

    public static ContextOperation On(
        ContextPiece piece, ContextOperationKind operation, params ReadOnlySpan<(string Name, object Value)> notes) =>
        new(operation, piece.Id, null, Of(notes));

    /// <summary>A weight as it is noted: three decimals, so that it reads well and is the same on every machine.</summary>
    public static double Rounded(double value) => Math.Round(value, 3, MidpointRounding.AwayFromZero);

    private static Dictionary<string, JsonElement> Of(ReadOnlySpan<(string Name, object Value)> notes)
    {
        var all = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var (name, value) in notes)
        {
            all[name] = JsonSerializer.SerializeToElement(value, value.GetType(), ActorJson.Options);
        }

        return all;
    }
}
