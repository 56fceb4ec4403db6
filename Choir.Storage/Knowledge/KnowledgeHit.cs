namespace Choir.Storage;

/// <summary>A passage that an earlier cycle holds about what was asked.</summary>
/// <param name="ThreadId">Its thread.</param>
/// <param name="CycleId">Its cycle.</param>
/// <param name="Passage">The text.</param>
/// <param name="IsAnswer">Whether Choir answered it; else it was in the input.</param>
/// <param name="Rank">How well it fits, from 0 to 1.</param>
public sealed record KnowledgeHit(string ThreadId, string CycleId, string Passage, bool IsAnswer, double Rank);
