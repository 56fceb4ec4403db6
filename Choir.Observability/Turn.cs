namespace Choir.Observability;

/// <summary>The start of a message's turn.</summary>
/// <param name="Started">When it started, in ticks of the clock.</param>
/// <param name="Queue">The time from sending the message to the start of its turn, in ticks of the clock.</param>
/// <param name="IsQueueKnown">Whether it is the whole time; otherwise the transport from another process is missing.</param>
internal readonly record struct Turn(long Started, long Queue, bool IsQueueKnown = true);

/// <summary>The end of a message's turn.</summary>
/// <param name="At">When it ended, in ticks of the clock.</param>
/// <param name="Outcome">The outcome of the message.</param>
/// <param name="Error">Why the message failed or was refused; null if it was handled.</param>
/// <param name="IsTraced">Whether a span is recorded, so that the message can be an exemplar.</param>
/// <param name="IsRefusedByHandler">Whether a handler ran and refused the message, so that its time counts as processing.</param>
internal readonly record struct TurnEnd(
    long At, Outcome Outcome, string? Error = null, bool IsTraced = false, bool IsRefusedByHandler = false);
