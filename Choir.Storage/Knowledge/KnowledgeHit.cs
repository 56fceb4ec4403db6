namespace Choir.Storage;

/// <summary>A passage of an earlier cycle that matches a query.</summary>
/// <param name="ThreadId">Its thread.</param>
/// <param name="CycleId">Its cycle.</param>
/// <param name="Passage">The text.</param>
/// <param name="IsAnswer">Whether it is from the answer; otherwise it is from the input.</param>
/// <param name="Rank">How well it matches, from 0 to 1.</param>
public sealed record KnowledgeHit(string ThreadId, string CycleId, string Passage, bool IsAnswer, double Rank);
