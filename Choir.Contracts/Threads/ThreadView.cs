namespace Choir.Contracts.Threads;

/// <summary>A conversation in a list.</summary>
/// <param name="ThreadId">Its id, a UUIDv7: newer threads sort after older ones.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="Cycles">How many inputs it has accepted.</param>
/// <param name="LastActivityAt">When its last input was accepted; null where there was none.</param>
public sealed record ThreadSummary(
    string ThreadId, DateTimeOffset CreatedAt, int Cycles, DateTimeOffset? LastActivityAt);

/// <summary>A page of threads, newest first.</summary>
/// <param name="Threads">The threads of this page.</param>
/// <param name="Next">The cursor of the next page, given as <c>?before=</c>; null on the last one.</param>
public sealed record ThreadPage(IReadOnlyList<ThreadSummary> Threads, string? Next);

/// <summary>A conversation with its cycles.</summary>
/// <param name="ThreadId">Its id.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="Cycles">Its cycles, newest first.</param>
/// <param name="Next">The cursor of the next page of cycles, given as <c>?before=</c>; null on the last one.</param>
public sealed record ThreadView(
    string ThreadId, DateTimeOffset CreatedAt, IReadOnlyList<CycleSummary> Cycles, string? Next);

/// <summary>A cycle in a list.</summary>
/// <param name="CycleId">Its id.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="AcceptedAt">When its input was stored.</param>
/// <param name="CompletedAt">When it ended.</param>
/// <param name="Anchor">Where its anchor stands; null until there is a result to anchor.</param>
public sealed record CycleSummary(
    string CycleId, CycleStatus Status, DateTimeOffset AcceptedAt, DateTimeOffset? CompletedAt, AnchorStatus? Anchor);
