namespace Choir.Observability;

/// <summary>The pause of an actor before it is restarted, in which it handles nothing.</summary>
/// <param name="At">When it is restarted, in ticks of the clock.</param>
/// <param name="Failures">The messages that failed in a row before.</param>
internal sealed record PendingRestart(long At, int Failures);
