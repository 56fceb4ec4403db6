using Choir.Actors.Inspection;
using Choir.Observatory.History;
using Choir.Observatory.Live;

namespace Choir.Observatory.Flow;

/// <summary>
/// Computes the figures of a window. The nodes and links are the same in all windows, so that the graph does not change with the window:
/// those of the hosts, and those of the last hour that hosts have forgotten by a restart.
/// </summary>
internal static class FlowReading
{
    /// <summary>The senders that are no actor types, <c>_other_</c> for those beyond the limit; they come first, at the left.</summary>
    public static readonly IReadOnlyList<string> Outside = ["gateway", "host", "stream", "_other_"];

    public static FlowFigures Of(ClusterSnapshot snapshot, HistoryStore history, FlowWindow window)
    {
        var reported = snapshot.Flow.Edges.ToDictionary(edge => (edge.SourceType, edge.ActorType, edge.MessageType));
        var forgotten = SnapshotHistory.Edges(history).Where(edge => !reported.ContainsKey(edge)
            && history.Summarize(SnapshotHistory.OfEdge(edge.Source, edge.Type, edge.Message, SnapshotHistory.Rate), Length(FlowWindow.Hour)).Highest is not null);
        var links = reported.Keys.Concat(forgotten)
            .Select(edge => window == FlowWindow.Live ? Live(edge, reported.GetValueOrDefault(edge)) : Past(edge, history, Length(window)))
            .GroupBy(message => (message.From, message.To))
            .OrderBy(link => link.Key.From, StringComparer.Ordinal).ThenBy(link => link.Key.To, StringComparer.Ordinal)
            .Select(link => new FlowLink(link.Key.From, link.Key.To,
                [.. link.OrderByDescending(message => message.Rate).ThenBy(message => message.Type, StringComparer.Ordinal)]))
            .ToArray();
        var types = snapshot.Types.Types.ToDictionary(type => type.Type);
        var nodes = InOrder(links.SelectMany(link => new[] { link.From, link.To }).Distinct())
            .Select(name => Node(name, links, types.GetValueOrDefault(name), history, window)).ToArray();
        return new FlowFigures(nodes, links, [.. types.Keys.Except(nodes.Select(node => node.Name)).Order(StringComparer.Ordinal)]);
    }

    /// <summary>Those outside of actors first, then by name.</summary>
    public static IEnumerable<string> InOrder(IEnumerable<string> nodes) =>
        nodes.OrderBy(node => Outside.Contains(node) ? 0 : 1).ThenBy(node => node, StringComparer.Ordinal);

    /// <summary>Whether a node is an actor type, and not a sender outside of actors.</summary>
    public static bool IsActorType(string node) => !Outside.Contains(node);

    private static TimeSpan Length(FlowWindow window) => window == FlowWindow.FiveMinutes ? TimeSpan.FromMinutes(5) : TimeSpan.FromHours(1);

    private static FlowMessage Live((string From, string To, string Type) edge, FlowEdgeView? view) =>
        new(edge.From, edge.To, edge.Type, view?.MessagesPerSecond ?? 0, view?.ErrorsPerSecond ?? 0, view?.P95Ms) { Refused = view?.RejectedPerSecond ?? 0 };

    private static FlowMessage Past((string From, string To, string Type) edge, HistoryStore history, TimeSpan window)
    {
        HistorySummary Of(string figure) => history.Summarize(SnapshotHistory.OfEdge(edge.From, edge.To, edge.Type, figure), window);
        return new(edge.From, edge.To, edge.Type, Of(SnapshotHistory.Rate).Mean, Of(SnapshotHistory.Errors).Mean, Of(SnapshotHistory.P95).Highest)
        {
            Refused = Of(SnapshotHistory.Refused).Mean,
        };
    }

    private static FlowActorType Node(
        string name, IReadOnlyList<FlowLink> links, ActorTypeFigures? type, HistoryStore history, FlowWindow window)
    {
        var incoming = links.Where(link => link.To == name).ToArray();
        var received = incoming.Sum(link => link.Rate);
        return new FlowActorType(
            name, IsActorType(name), received, links.Where(link => link.From == name).Sum(link => link.Rate),
            FlowMessage.Share(incoming.Sum(link => link.Errors), received),
            window == FlowWindow.Live ? type?.LongestQueue ?? 0 : Highest(SnapshotHistory.LongestQueue) ?? 0,
            window == FlowWindow.Live ? type?.P95Ms : Highest(SnapshotHistory.P95))
        {
            RefusedShare = FlowMessage.Share(incoming.Sum(link => link.Refused), received),
            RefusedOfActorsShare = FlowMessage.Share(incoming.Where(link => link.IsFromActor).Sum(link => link.Refused), received),
        };

        double? Highest(string figure) => history.Summarize(SnapshotHistory.OfType(name, figure), Length(window)).Highest;
    }
}
