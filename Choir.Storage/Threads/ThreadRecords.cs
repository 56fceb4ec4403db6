using System.Text.Json;
using Choir.Contracts.Threads;

namespace Choir.Storage;

/// <summary>A cycle that has not completed or failed.</summary>
/// <param name="CycleId">Its id.</param>
/// <param name="CorrelationId">The correlation id of its input and of all messages caused by it.</param>
/// <param name="TraceParent">The W3C traceparent of the request that submitted it; null if it had none.</param>
/// <param name="SavedPhases">How many phases it has saved, in all its rounds.</param>
/// <param name="SinceProgress">The time since its last saved phase, or else since its acceptance, by the database's clock.</param>
public sealed record RunningCycle(
    Guid CycleId, Guid CorrelationId, string? TraceParent, int SavedPhases, TimeSpan SinceProgress);

/// <summary>A completed cycle that the ledger has not accepted.</summary>
/// <param name="CycleId">Its id.</param>
/// <param name="CycleHash">The hash to anchor: 64 lower-case hexadecimal digits.</param>
/// <param name="CorrelationId">The correlation id of its input and of all messages caused by it.</param>
/// <param name="TraceParent">The W3C traceparent of the request that submitted it; null if it had none.</param>
public sealed record UnsubmittedCycle(Guid CycleId, string CycleHash, Guid CorrelationId, string? TraceParent);

/// <summary>A finished phase of a cycle.</summary>
/// <param name="CycleId">The cycle.</param>
/// <param name="Round">The round, from 0. A cycle may run several rounds.</param>
/// <param name="Phase">Which phase.</param>
/// <param name="Status"><see cref="PhaseStatus.Completed"/> or <see cref="PhaseStatus.Failed"/>.</param>
/// <param name="Output">Its output text.</param>
/// <param name="Operations">Its changes to the cycle's context.</param>
/// <param name="Payload">Data for resuming the cycle after this phase; null for none.</param>
/// <param name="StartedAt">When its actor started.</param>
/// <param name="DurationMs">How long its actor took, in milliseconds.</param>
public sealed record SavedPhase(
    Guid CycleId,
    int Round,
    Phase Phase,
    PhaseStatus Status,
    string? Output,
    IReadOnlyList<ContextOperation> Operations,
    JsonElement? Payload,
    DateTimeOffset StartedAt,
    double DurationMs);

/// <summary>A text contains U+0000, which Postgres cannot store.</summary>
public sealed class UnstorableTextException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="what">What contains the character, such as <c>The input</c>.</param>
    /// <param name="inner">The error of the database, if it found the character.</param>
    public UnstorableTextException(string what, Exception? inner = null)
        : base($"{what} contains the character U+0000, which cannot be stored. Remove it and send it again.", inner)
    {
    }
}

/// <summary>An idempotency key was used again for an input with another content.</summary>
public sealed class IdempotencyKeyReusedException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="key">The key.</param>
    /// <param name="cycleId">The cycle of the input that has the key.</param>
    public IdempotencyKeyReusedException(string key, string cycleId)
        : base($"The Idempotency-Key \"{key}\" belongs to another input of this thread, with another content: cycle {cycleId}."
            + " Send each new input with a new key.")
    {
    }
}
