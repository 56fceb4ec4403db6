using Choir.Observability;

namespace Choir.Actors.Inspection;

/// <summary>Merges the figures of the hosts.</summary>
internal static class ClusterFigures
{
    private const int HottestCount = 10;

    private static readonly string[] OutcomeNames =
        [.. Enumerable.Range(0, Outcomes.Count).Select(outcome => ((Outcome)outcome).Name())];

    public static ActorTypeFigures[] Types(HostReports<HostFigures> reports)
    {
        var edges = Edges(reports).ToLookup(edge => edge.ActorType, StringComparer.Ordinal);
        var ofHosts = reports.All.SelectMany(report => report.Value.Edges.Select(edge => (report.Host, Edge: edge)))
            .ToLookup(one => (one.Host, one.Edge.ActorType), one => one.Edge);
        return reports.All
            .SelectMany(report => report.Value.Types.Select(type => (report.Host, Type: type)))
            .GroupBy(one => one.Type.Type, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => Type(group.Key, [.. group], EdgeFigures.Sum(edges[group.Key]), host => EdgeFigures.Sum(ofHosts[(host, group.Key)])))
            .ToArray();
    }

    /// <summary>The figures of an ordinary grain type of which there has been no grain. A type of actors has figures from the start.</summary>
    public static ActorTypeFigures NoGrains(string type) =>
        new(type, 0, 0, 0, 0, 0, 0, null, null, null, null, null, null, null, null, [], null, null, IsGrain: true);

    public static HottestActors Hottest(HostReports<HostFigures> reports)
    {
        return new HottestActors(
            Top(HotIndicator.Messages), Top(HotIndicator.Errors), Top(HotIndicator.Busy), Top(HotIndicator.ProcessingTime),
            Top(HotIndicator.QueueLength), Top(HotIndicator.StateSize));

        HotActor[] Top(HotIndicator indicator)
        {
            var ofHosts = reports.Values.Where(figures => figures.Hottest.Length > 0).SelectMany(figures => figures.Hottest[(int)indicator]);
            return [.. HotActor.Rank(ofHosts, indicator).Take(HottestCount)];
        }
    }

    public static FlowView Flow(HostReports<HostFigures> reports)
    {
        var edges = Edges(reports);
        var received = edges.ToLookup(edge => edge.ActorType, StringComparer.Ordinal);
        var sent = edges.ToLookup(edge => edge.SourceType, StringComparer.Ordinal);
        var types = reports.Values.SelectMany(figures => figures.Types.Select(type => type.Type)).Concat(sent.Select(group => group.Key));
        return new FlowView(
            reports.Values.Select(figures => figures.WindowSeconds).DefaultIfEmpty().Max(),
            types.Distinct().Order(StringComparer.Ordinal).Select(type => Node(type, EdgeFigures.Sum(received[type]), sent[type])).ToArray(),
            Array.ConvertAll(edges, Edge),
            reports.Hosts);
    }

    private static ActorTypeFigures Type(string type, (string Host, HostTypeFigures Type)[] hosts, EdgeFigures sum, Func<string, EdgeFigures> ofHost) => new(
        type, hosts.Sum(host => host.Type.Count), sum.Messages, sum.PerSecond, sum.Errors,
        sum.PerSecond > 0 ? sum.ErrorsPerSecond / sum.PerSecond : 0, sum.Outcomes[(int)Outcome.Rejected],
        sum.MeanMs, sum.PercentileMs(0.5), sum.PercentileMs(0.95), sum.PercentileMs(0.99),
        OfActors(hosts, () => hosts.Sum(host => host.Type.QueueLength)), OfActors(hosts, () => hosts.Max(host => host.Type.LongestQueue)),
        hosts.Any(host => host.Type.StateSize is not null) ? hosts.Sum(host => host.Type.StateSize) : null, OfActors(hosts, () => hosts.Sum(host => host.Type.Restarts)),
        Array.ConvertAll(hosts, host => Count(host.Host, host.Type.Count, ofHost(host.Host))), sum.MeanQueueMs, sum.MeanProcessingMs,
        hosts[0].Type.IsGrain)
    {
        RejectedPerSecond = sum.Rates[(int)Outcome.Rejected],
        RefusedByFullQueue = hosts.Sum(host => host.Type.RefusedByFullQueue),
        IsSequential = hosts.All(host => host.Type.IsSequential),
        Activations = hosts.Sum(host => host.Type.Activations),
        FailedActivations = hosts.Sum(host => host.Type.FailedActivations),
        FailedActivationsSinceStart = hosts.Sum(host => host.Type.FailedActivationsSinceStart),
        ActivationError = hosts.MaxBy(host => (host.Type.ActivationError is not null, host.Type.FailedActivations, host.Type.FailedActivationsSinceStart)).Type.ActivationError,
    };

    /// <summary>A figure that is known of actors, and not of ordinary grains.</summary>
    private static long? OfActors((string Host, HostTypeFigures Type)[] hosts, Func<long> figure) => hosts[0].Type.IsGrain ? null : figure();

    private static HostCount Count(string host, long count, EdgeFigures sum) =>
        new(host, count, sum.PerSecond, sum.PercentileMs(0.95), sum.MeanQueueMs, sum.MeanProcessingMs);

    private static FlowNode Node(string type, EdgeFigures received, IEnumerable<EdgeFigures> sent) => new(
        type, received.PerSecond, sent.Sum(edge => edge.PerSecond), received.ErrorsPerSecond, received.Messages, received.Errors);

    private static FlowEdgeView Edge(EdgeFigures edge) => new(
        edge.SourceType, edge.ActorType, edge.MessageType, edge.PerSecond, edge.ErrorsPerSecond,
        edge.MeanMs, edge.PercentileMs(0.5), edge.PercentileMs(0.95), edge.PercentileMs(0.99), edge.Messages, edge.Errors,
        OutcomeNames.Zip(edge.Outcomes).ToDictionary(one => one.First, one => one.Second, StringComparer.Ordinal),
        edge.MeanQueueMs, edge.MeanProcessingMs)
    {
        RejectedPerSecond = edge.Rates[(int)Outcome.Rejected],
    };

    private static EdgeFigures[] Edges(HostReports<HostFigures> reports) =>
    [
        .. reports.Values.SelectMany(figures => figures.Edges)
            .GroupBy(edge => (edge.SourceType, edge.ActorType, edge.MessageType))
            .OrderBy(same => same.Key)
            .Select(same => EdgeFigures.Sum(same, same.Key.SourceType, same.Key.ActorType, same.Key.MessageType)),
    ];
}
