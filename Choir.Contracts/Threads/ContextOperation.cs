using System.Text.Json;

namespace Choir.Contracts.Threads;

/// <summary>The kind of an operation on a cycle's context.</summary>
public enum ContextOperationKind
{
    /// <summary>Adds a piece.</summary>
    Add,

    /// <summary>Sets the weight of a piece.</summary>
    Prioritize,

    /// <summary>Adds tags to a piece.</summary>
    Tag,

    /// <summary>Links two pieces.</summary>
    Link,

    /// <summary>Removes a piece.</summary>
    Prune,

    /// <summary>Replaces a piece with another form of it.</summary>
    Transform,
}

/// <summary>One operation on a cycle's context.</summary>
/// <param name="Operation">The kind of the operation.</param>
/// <param name="Target">The id of the piece, such as <c>input/3</c> or <c>source/1</c>.</param>
/// <param name="Data">The added piece or the new form; null if the operation has none.</param>
/// <param name="Metadata">Weights, tags, ranks and similar values; null if there are none.</param>
public sealed record ContextOperation(
    ContextOperationKind Operation,
    string Target,
    string? Data,
    IReadOnlyDictionary<string, JsonElement>? Metadata);
