using Choir.Actors.Inspection;

namespace Choir.Observatory.Live;

/// <summary>What all hosts reported at a moment.</summary>
/// <param name="At">When it was read.</param>
/// <param name="Types">The actor types.</param>
/// <param name="Flow">The message flow.</param>
/// <param name="Hosts">The processes.</param>
/// <param name="Stuck">Handlers that run too long, and waits; null if nobody looks at a page.</param>
/// <param name="Failures">The latest failed messages; null if nobody looks at a page.</param>
public sealed record ClusterSnapshot(
    DateTimeOffset At, ActorTypesView Types, FlowView Flow, HostsView Hosts, StuckView? Stuck, MessagesView? Failures)
{
    /// <summary>The hosts that did not answer.</summary>
    public IReadOnlyList<string> Missing => Types.Hosts.Missing;

    /// <summary>Messages per second at all actors.</summary>
    public double MessagesPerSecond => Types.Types.Sum(type => type.MessagesPerSecond);

    /// <summary>The share of messages that failed, 0 to 1.</summary>
    public double ErrorShare =>
        MessagesPerSecond > 0 ? Types.Types.Sum(type => type.ErrorShare * type.MessagesPerSecond) / MessagesPerSecond : 0;

    /// <summary>The longest queue of any actor.</summary>
    public long LongestQueue => Types.Types.Select(type => type.LongestQueue).DefaultIfEmpty().Max();

    /// <summary>The 95th percentile of the slowest type, in ms; null without messages.</summary>
    public double? SlowestP95Ms => Types.Types.Max(type => type.P95Ms);
}
