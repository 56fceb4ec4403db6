namespace Choir.Contracts.Threads;

/// <summary>Where a cycle stands.</summary>
public enum CycleStatus
{
    /// <summary>Accepted, and on its way through the phases.</summary>
    Running,

    /// <summary>It has a result.</summary>
    Completed,

    /// <summary>It ended without a result; <see cref="CycleView.Error"/> says why.</summary>
    Failed,
}

/// <summary>Where one phase of a cycle stands.</summary>
public enum PhaseStatus
{
    /// <summary>Its turn has not come.</summary>
    Pending,

    /// <summary>Its actor is at work.</summary>
    Running,

    /// <summary>It handed its output on.</summary>
    Completed,

    /// <summary>It gave up.</summary>
    Failed,
}

/// <summary>Where a cycle's anchor on the chain stands.</summary>
public enum AnchorStatus
{
    /// <summary>Not yet sent to the chain.</summary>
    Pending,

    /// <summary>Sent; its receipt is awaited.</summary>
    Submitted,

    /// <summary>On the chain.</summary>
    Confirmed,

    /// <summary>The chain refused it for good.</summary>
    Failed,
}

/// <summary>One cycle of a thread: an input on its way through the six phases, and what came of it.</summary>
/// <param name="ThreadId">The conversation.</param>
/// <param name="CycleId">The cycle, a UUIDv7: later cycles sort after earlier ones.</param>
/// <param name="CorrelationId">The correlation id of every message, log record and span of this cycle.</param>
/// <param name="TraceId">The W3C trace id, 32 hexadecimal digits, of the request that began it.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Content">The input, as it was accepted.</param>
/// <param name="AcceptedAt">When the input was stored.</param>
/// <param name="CompletedAt">When the result was stored, or the cycle failed.</param>
/// <param name="Phases">The six phases in order; of a cycle that went round again, those of its last round.</param>
/// <param name="Result">The answer; null until <see cref="CycleStatus.Completed"/>.</param>
/// <param name="Anchor">Its anchor on the chain; null until there is a result to anchor.</param>
/// <param name="Error">Why it failed; null otherwise.</param>
public sealed record CycleView(
    string ThreadId,
    string CycleId,
    string CorrelationId,
    string? TraceId,
    CycleStatus Status,
    string Content,
    DateTimeOffset AcceptedAt,
    DateTimeOffset? CompletedAt,
    IReadOnlyList<PhaseView> Phases,
    CycleResult? Result,
    AnchorView? Anchor,
    string? Error);

/// <summary>One phase of a cycle.</summary>
/// <param name="Phase">Which one.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Output">What it says, as text; null until it is completed.</param>
/// <param name="Operations">What it did to the cycle's context.</param>
/// <param name="StartedAt">When its actor began.</param>
/// <param name="DurationMs">How long its actor worked, in milliseconds.</param>
public sealed record PhaseView(
    Phase Phase,
    PhaseStatus Status,
    string? Output,
    IReadOnlyList<ContextOperation> Operations,
    DateTimeOffset? StartedAt,
    double? DurationMs);

/// <summary>The answer of a cycle.</summary>
/// <param name="Content">The text.</param>
/// <param name="Sources">The earlier cycles that it rests on, best first.</param>
public sealed record CycleResult(string Content, IReadOnlyList<CycleSource> Sources);

/// <summary>An earlier cycle that an answer rests on.</summary>
/// <param name="ThreadId">Its thread.</param>
/// <param name="CycleId">Its id.</param>
/// <param name="Rank">How well it fits, by the full-text search's rank; higher is better.</param>
public sealed record CycleSource(string ThreadId, string CycleId, double Rank);

/// <summary>A cycle's anchor on the Ethereum chain.</summary>
/// <param name="Status">Where it stands.</param>
/// <param name="TransactionHash">0x and 64 hexadecimal digits, from <see cref="AnchorStatus.Submitted"/> on.</param>
/// <param name="BlockNumber">The block that holds it, once confirmed.</param>
/// <param name="GasUsed">The gas that it took, once confirmed.</param>
/// <param name="CycleHash">What is recorded on the chain: 0x and 64 hexadecimal digits.</param>
/// <param name="Contract">The ledger contract's address, from <see cref="AnchorStatus.Submitted"/> on.</param>
/// <param name="Error">The last thing that went wrong, if it is not confirmed.</param>
public sealed record AnchorView(
    AnchorStatus Status,
    string? TransactionHash,
    long? BlockNumber,
    long? GasUsed,
    string? CycleHash,
    string? Contract,
    string? Error);
