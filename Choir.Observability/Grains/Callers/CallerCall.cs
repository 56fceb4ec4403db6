namespace Choir.Observability;

/// <summary>A call as its caller makes it.</summary>
/// <param name="Waiter">The grain that awaits the answer; null if it is none that is observed.</param>
/// <param name="Method">The method.</param>
/// <param name="FirstSeries">The first of its series in <see cref="AskTable"/>; null if nobody awaits the answer.</param>
/// <param name="Sent">When it was made, in ticks of the clock.</param>
/// <param name="TraceParent">The trace that the called grain continues; null if it is not sampled, or if the grain knows it.</param>
internal readonly record struct CallerCall(GrainActivation? Waiter, string Method, int? FirstSeries, long Sent, string? TraceParent);
