using System.Text.Json;
using System.Text.Json.Serialization;

namespace Choir.ActorHost.PostChain.Context;

/// <summary>A piece of a cycle's context: a sentence of the input, an extract of an earlier cycle, or a description of the input.</summary>
/// <param name="Id">Its name, such as <c>input/3</c> or <c>source/1</c>.</param>
/// <param name="Text">Its text.</param>
/// <param name="Metadata">Values that the phases have set.</param>
internal sealed record ContextPiece(string Id, string Text, IReadOnlyDictionary<string, JsonElement> Metadata)
{
    /// <summary>One of <c>frame</c>, <c>question</c>, <c>statement</c>, <c>source</c> or <c>query</c>.</summary>
    [JsonIgnore]
    public string Kind => Word("kind") ?? "statement";

    /// <summary>How much it matters, 0 to 1.</summary>
    [JsonIgnore]
    public double Weight => Number("weight") ?? 0;

    [JsonIgnore]
    public bool IsQuestion => Kind == "question";

    [JsonIgnore]
    public bool IsStatement => Kind == "statement";

    [JsonIgnore]
    public bool IsSource => Kind == "source";

    public string? Word(string name) =>
        Metadata.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public double? Number(string name) =>
        Metadata.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    public IReadOnlyList<string> Words(string name) =>
        Metadata.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)]
            : [];
}
