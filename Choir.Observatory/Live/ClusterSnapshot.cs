using Choir.Actors.Inspection;

namespace Choir.Observatory.Live;

/// <summary>What all hosts reported at a moment.</summary>
/// <param name="At">When it was read.</param>
/// <param name="Types">The actor types.</param>
/// <param name="Flow">The message flow.</param>
/// <param name="Hosts">The processes.</param>
/// <param name="Stuck">Handlers that run too long, and waits; null if nobody looks at a page.</param>
/// <param name="Failures">The latest failed messages; null if nobody looks at a page.</param>
/// <param name="Suspects">The types whose single actors were read too, because something about the type is unusual.</param>
public sealed record ClusterSnapshot(
    DateTimeOffset At, ActorTypesView Types, FlowView Flow, HostsView Hosts, StuckView? Stuck, MessagesView? Failures,
    IReadOnlyList<ActorTypeView> Suspects)
{
    private IReadOnlyList<DependencyFigures>? _dependencies;

    /// <summary>What the hosts call outside of their actors: the sums of all hosts, and the slowest host's 95th percentile.</summary>
    public IReadOnlyList<DependencyFigures> Dependencies => _dependencies ??=
        [.. Hosts.Hosts.SelectMany(host => host.Dependencies).GroupBy(one => (one.Name, one.Operation)).Select(Merge).OrderBy(one => (one.Name, one.Operation))];

    /// <summary>The hosts that did not answer.</summary>
    public IReadOnlyList<string> Missing => Types.Hosts.Missing;

    /// <summary>Messages per second at all actors.</summary>
    public double MessagesPerSecond => Types.Types.Sum(type => type.MessagesPerSecond);

    /// <summary>The share of messages that failed, 0 to 1.</summary>
    public double ErrorShare =>
        MessagesPerSecond > 0 ? Types.Types.Sum(type => type.ErrorShare * type.MessagesPerSecond) / MessagesPerSecond : 0;

    /// <summary>The longest queue of any actor; null if there are ordinary grains only, whose queues are not known.</summary>
    public long? LongestQueue => Types.Types.All(type => type.LongestQueue is null) && Types.Types.Count > 0 ? null : Types.Types.Max(type => type.LongestQueue) ?? 0;

    /// <summary>The 95th percentile of the slowest type, in ms; null without messages.</summary>
    public double? SlowestP95Ms => Types.Types.Max(type => type.P95Ms);

    /// <summary>The same of some hosts only.</summary>
    internal IReadOnlyList<DependencyFigures> DependenciesOf(Func<HostView, DependencyFigures, bool> counts) =>
        [.. Hosts.Hosts.SelectMany(host => host.Dependencies.Where(one => counts(host, one))).GroupBy(one => (one.Name, one.Operation)).Select(Merge)];

    private static DependencyFigures Merge(IEnumerable<DependencyFigures> hosts)
    {
        var all = hosts.ToArray();
        var calls = all.Sum(one => one.CallsPerSecond);
        return new DependencyFigures(
            all[0].Name, all[0].Operation, calls,
            calls > 0 ? all.Sum(one => one.CallsPerSecond * (one.MeanMs ?? 0)) / calls : null, all.Max(one => one.P95Ms),
            calls > 0 ? all.Sum(one => one.CallsPerSecond * one.ErrorShare) / calls : 0,
            Sum(all, one => one.InUse), all.Any(one => one.Limit is not null) ? Sum(all, one => one.Limit ?? 0) : null, Sum(all, one => one.Waiting));
    }

    // Applications report these numbers; "no limit" may be the largest one.
    private static int Sum(DependencyFigures[] hosts, Func<DependencyFigures, int> figure) =>
        (int)Math.Clamp(hosts.Sum(host => (long)figure(host)), 0, int.MaxValue);
}
