namespace Choir.Contracts.Threads;

/// <summary>A thread in a list.</summary>
/// <param name="ThreadId">The id of the thread, a UUIDv7: newer threads sort after older ones.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="Cycles">The number of accepted inputs.</param>
/// <param name="LastActivityAt">When the last input was accepted; null if there was none.</param>
/// <param name="FirstInput">The beginning of its first input, at most 200 characters; null if there was none.</param>
/// <param name="FirstInputAt">When that was accepted; null if there was none.</param>
public sealed record ThreadSummary(
    string ThreadId, DateTimeOffset CreatedAt, int Cycles, DateTimeOffset? LastActivityAt, string? FirstInput, DateTimeOffset? FirstInputAt);

/// <summary>A page of threads, newest first.</summary>
/// <param name="Threads">The threads of the page.</param>
/// <param name="Next">The cursor of the next page, for <c>?before=</c>; null on the last page.</param>
public sealed record ThreadPage(IReadOnlyList<ThreadSummary> Threads, string? Next);

/// <summary>A thread with its cycles.</summary>
/// <param name="ThreadId">The id of the thread.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="Cycles">The cycles, newest first.</param>
/// <param name="Next">The cursor of the next page of cycles, for <c>?before=</c>; null on the last page.</param>
public sealed record ThreadView(
    string ThreadId, DateTimeOffset CreatedAt, IReadOnlyList<CycleSummary> Cycles, string? Next);

/// <summary>A cycle in a list.</summary>
/// <param name="CycleId">The id of the cycle.</param>
/// <param name="Status">The status.</param>
/// <param name="AcceptedAt">When the input was stored.</param>
/// <param name="CompletedAt">When the cycle ended; null before.</param>
/// <param name="Anchor">The status of the anchor; null until there is a result.</param>
/// <param name="Input">The beginning of its input, at most 200 characters.</param>
public sealed record CycleSummary(
    string CycleId, CycleStatus Status, DateTimeOffset AcceptedAt, DateTimeOffset? CompletedAt, AnchorStatus? Anchor, string Input);
