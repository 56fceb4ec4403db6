using System.Text.Json;

namespace Choir.Contracts.Threads;

/// <summary>What a phase does to a piece of a cycle's context.</summary>
public enum ContextOperationKind
{
    /// <summary>Adds a piece.</summary>
    Add,

    /// <summary>Gives a piece its weight.</summary>
    Prioritize,

    /// <summary>Names what a piece is about.</summary>
    Tag,

    /// <summary>Ties two pieces together.</summary>
    Link,

    /// <summary>Drops a piece.</summary>
    Prune,

    /// <summary>Replaces a piece by another form of itself.</summary>
    Transform,
}

/// <summary>One operation on a cycle's context.</summary>
/// <param name="Operation">What is done.</param>
/// <param name="Target">The id of the piece it is done to, such as <c>input/3</c> or <c>source/1</c>.</param>
/// <param name="Data">What is added, or the new form; null where the operation needs none.</param>
/// <param name="Metadata">Weights, tags, ranks and the like; null where there are none.</param>
public sealed record ContextOperation(
    ContextOperationKind Operation,
    string Target,
    string? Data,
    IReadOnlyDictionary<string, JsonElement>? Metadata);
