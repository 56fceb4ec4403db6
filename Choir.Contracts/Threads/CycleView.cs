namespace Choir.Contracts.Threads;

/// <summary>The status of a cycle.</summary>
public enum CycleStatus
{
    /// <summary>Accepted, and its phases are running.</summary>
    Running,

    /// <summary>It has a result.</summary>
    Completed,

    /// <summary>It ended without a result; the reason is in <see cref="CycleView.Error"/>.</summary>
    Failed,
}

/// <summary>The status of one phase of a cycle.</summary>
public enum PhaseStatus
{
    /// <summary>It has not started.</summary>
    Pending,

    /// <summary>Its actor is running.</summary>
    Running,

    /// <summary>It has its output.</summary>
    Completed,

    /// <summary>It failed.</summary>
    Failed,
}

/// <summary>The status of a cycle's anchor on the chain.</summary>
public enum AnchorStatus
{
    /// <summary>Not yet sent to the chain.</summary>
    Pending,

    /// <summary>Sent, without a receipt so far.</summary>
    Submitted,

    /// <summary>On the chain.</summary>
    Confirmed,

    /// <summary>Rejected by the chain permanently.</summary>
    Failed,

    /// <summary>
    /// Waits for something that does not pass by itself or not soon, such as money on the signing account. The reason is in
    /// <see cref="AnchorView.Error"/>. It is still tried again.
    /// </summary>
    Stuck,
}

/// <summary>One cycle of a thread: an input, its six phases and its result.</summary>
/// <param name="ThreadId">The id of the thread.</param>
/// <param name="CycleId">The id of the cycle, a UUIDv7: later cycles sort after earlier ones.</param>
/// <param name="CorrelationId">The correlation id of every message, log record and span of this cycle.</param>
/// <param name="TraceId">The W3C trace id, 32 hexadecimal digits, of the request that started it.</param>
/// <param name="Status">The status.</param>
/// <param name="Content">The input, as it was accepted.</param>
/// <param name="AcceptedAt">When the input was stored.</param>
/// <param name="CompletedAt">When the result was stored or the cycle failed; null before.</param>
/// <param name="Phases">The six phases in order; those of the last round if the cycle was repeated.</param>
/// <param name="Result">The answer; null until <see cref="CycleStatus.Completed"/>, or if it cannot be read.</param>
/// <param name="Anchor">The anchor on the chain; null until there is a result.</param>
/// <param name="Error">Why it failed, or why its result cannot be read; null otherwise.</param>
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
/// <param name="Phase">The phase.</param>
/// <param name="Status">The status.</param>
/// <param name="Output">The output as text; null until it is completed.</param>
/// <param name="Operations">The operations on the cycle's context.</param>
/// <param name="StartedAt">When its actor started; null before.</param>
/// <param name="DurationMs">The time its actor took, in milliseconds; null before it has ended.</param>
public sealed record PhaseView(
    Phase Phase,
    PhaseStatus Status,
    string? Output,
    IReadOnlyList<ContextOperation> Operations,
    DateTimeOffset? StartedAt,
    double? DurationMs);

/// <summary>The answer of a cycle.</summary>
/// <param name="Content">The text.</param>
/// <param name="Sources">The earlier cycles that it uses, best first.</param>
public sealed record CycleResult(string Content, IReadOnlyList<CycleSource> Sources);

/// <summary>An earlier cycle that an answer uses.</summary>
/// <param name="ThreadId">The id of its thread.</param>
/// <param name="CycleId">The id of the cycle.</param>
/// <param name="Rank">The rank of the full-text search; higher is better.</param>
public sealed record CycleSource(string ThreadId, string CycleId, double Rank);

/// <summary>A cycle's anchor on the Ethereum chain.</summary>
/// <param name="Status">The status.</param>
/// <param name="TransactionHash">0x and 64 hexadecimal digits, from <see cref="AnchorStatus.Submitted"/> on.</param>
/// <param name="BlockNumber">The number of its block; null until it is confirmed.</param>
/// <param name="GasUsed">The gas used: its share of the transaction, which may record several cycles; null until it is confirmed.</param>
/// <param name="CycleHash">The recorded hash: 0x and 64 hexadecimal digits.</param>
/// <param name="Contract">The ledger contract's address, from <see cref="AnchorStatus.Submitted"/> on.</param>
/// <param name="Error">The last error, if it is not confirmed.</param>
public sealed record AnchorView(
    AnchorStatus Status,
    string? TransactionHash,
    long? BlockNumber,
    long? GasUsed,
    string? CycleHash,
    string? Contract,
    string? Error);
