namespace Choir.Actors.Telemetry;

/// <summary>The begin of a message's turn.</summary>
/// <param name="Started">When it began, in ticks of the clock.</param>
/// <param name="Queue">How long the message was on its way and in line, in ticks of the clock.</param>
internal readonly record struct Turn(long Started, long Queue);

/// <summary>The end of a message's turn.</summary>
/// <param name="At">When it ended, in ticks of the clock.</param>
/// <param name="Outcome">What became of the message.</param>
/// <param name="Error">Why it failed or was refused; null if it was handled.</param>
/// <param name="IsTraced">Whether a span of it is recorded, so that it can be an exemplar.</param>
internal readonly record struct TurnEnd(long At, Outcome Outcome, string? Error = null, bool IsTraced = false);
