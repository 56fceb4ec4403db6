namespace Choir.Actors;

/// <summary>A service level objective of an actor class, or of one of its handlers.</summary>
/// <remarks>
/// <para>
/// <c>[Objective("99.9%", "250ms")]</c> promises that 99.9 % of the messages succeed, and that 99.9 % of them are handled within
/// 250 ms. A message fails if its handler throws or times out; one that is refused (invalid data, a full mailbox) counts neither as
/// good nor as bad. The time is that in the handler, without the wait in the queue.
/// </para>
/// <para>
/// An objective on a base class holds for each actor class that derives from it. It changes nothing while messages are handled: the
/// command <c>objectives generate</c> reads it from the assembly and writes Prometheus' rules, alerts and their tests, a row of a
/// dashboard and runbooks. An attribute that is not valid ends the start of the host.
/// </para>
/// </remarks>
/// <param name="share">
/// The share of messages that succeed, from 95 to 99.999 %, such as <c>99.9%</c>. Also the share that is handled in time, unless
/// <see cref="LatencyShare"/> is set.
/// </param>
/// <param name="latency">
/// The time in which a message is handled, such as <c>250ms</c>, <c>1s</c> or <c>500us</c>; null for an objective of success only.
/// It is measured with the buckets of <see cref="DurationHistograms.Bounds"/>: another time is rounded up to the next of them.
/// </param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class ObjectiveAttribute(string share, string? latency = null) : Attribute
{
    /// <summary>The share of messages that succeed.</summary>
    public string Share { get; } = share;

    /// <summary>The time in which a message is handled; null for an objective of success only.</summary>
    public string? Latency { get; } = latency;

    /// <summary>The share of messages that are handled within <see cref="Latency"/>; null if it is <see cref="Share"/>.</summary>
    public string? LatencyShare { get; init; }
}
