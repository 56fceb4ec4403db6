namespace Choir.Actors.Telemetry;

/// <summary>The begin of a message's turn.</summary>
/// <param name="Started">When it began, in ticks of the clock.</param>
/// <param name="Queue">How long the message was on its way and in line, in ticks of the clock.</param>
internal readonly record struct Turn(long Started, long Queue);
