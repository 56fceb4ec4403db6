using System.Text.Json;
using Choir.Contracts.Threads;

namespace Choir.Storage;

/// <summary>A cycle that has neither a result nor failed, with all that is needed to go on with it.</summary>
/// <param name="ThreadId">Its thread.</param>
/// <param name="CycleId">Its id.</param>
/// <param name="CorrelationId">The correlation id of everything that follows from its input.</param>
/// <param name="TraceParent">The W3C traceparent of the request that began it; null where it had none.</param>
/// <param name="Content">The input.</param>
/// <param name="Round">The last round of which a phase was saved, from 0.</param>
/// <param name="AcceptedAt">When the input was stored.</param>
public sealed record RunningCycle(
    string ThreadId,
    Guid CycleId,
    Guid CorrelationId,
    string? TraceParent,
    string Content,
    int Round,
    DateTimeOffset AcceptedAt);

/// <summary>A phase of a cycle that was taken.</summary>
/// <param name="CycleId">The cycle.</param>
/// <param name="Round">The round, from 0: more than one where a cycle goes round again.</param>
/// <param name="Phase">Which phase.</param>
/// <param name="Status"><see cref="PhaseStatus.Completed"/> or <see cref="PhaseStatus.Failed"/>.</param>
/// <param name="Output">What it says.</param>
/// <param name="Operations">What it did to the cycle's context.</param>
/// <param name="Payload">What it hands to the next phase, so that the cycle can go on from here; null for nothing.</param>
/// <param name="StartedAt">When its actor began.</param>
/// <param name="DurationMs">How long its actor worked, in milliseconds.</param>
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

/// <summary>The text of U+0000 cannot be stored.</summary>
public sealed class UnstorableTextException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="what">What holds the character, such as <c>The input</c>.</param>
    /// <param name="inner">What the database said.</param>
    public UnstorableTextException(string what, Exception? inner = null)
        : base($"{what} holds the character U+0000, which cannot be stored. Take it out and send it again.", inner)
    {
    }
}
