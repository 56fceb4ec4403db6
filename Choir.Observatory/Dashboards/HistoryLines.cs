using Choir.Observatory.Components.Parts;
using Choir.Observatory.History;

namespace Choir.Observatory;

/// <summary>Lines of figures that are kept in memory.</summary>
internal static class HistoryLines
{
    public static Func<HistoryStore, TimeSpan, IEnumerable<ChartLine>> OfCluster(string name, string figure) =>
        (history, window) => [new ChartLine(name, history.Read(SnapshotHistory.OfCluster(figure), window))];

    public static Func<HistoryStore, TimeSpan, IEnumerable<ChartLine>> OfTypes(string figure) =>
        (history, window) => SnapshotHistory.Types(history).Select(type => new ChartLine(type, history.Read(SnapshotHistory.OfType(type, figure), window)));

    public static Func<HistoryStore, TimeSpan, IEnumerable<ChartLine>> OfHosts(string figure) =>
        (history, window) => SnapshotHistory.Hosts(history).Select(host => new ChartLine(host, history.Read(SnapshotHistory.OfHost(host, figure), window)));

    public static Func<HistoryStore, TimeSpan, IEnumerable<ChartLine>> OfEdges(string figure) =>
        (history, window) => SnapshotHistory.Edges(history).Select(edge => new ChartLine(
            $"{edge.Source} → {edge.Type} {edge.Message}", history.Read(SnapshotHistory.OfEdge(edge.Source, edge.Type, edge.Message, figure), window)));

    /// <summary>The sum of a figure over all edges with the same message type.</summary>
    public static Func<HistoryStore, TimeSpan, IEnumerable<ChartLine>> OfMessages(string figure) =>
        (history, window) => SnapshotHistory.Edges(history).GroupBy(edge => edge.Message, StringComparer.Ordinal).Select(message => new ChartLine(
            message.Key,
            Sum([.. message.Select(edge => history.Read(SnapshotHistory.OfEdge(edge.Source, edge.Type, edge.Message, figure), window))])));

    /// <summary>The calls of the hosts to everything outside of their actors.</summary>
    public static IEnumerable<ChartLine> OfCalls(HistoryStore history, TimeSpan window) =>
        SnapshotHistory.Dependencies(history).SelectMany(dependency => DependencyLines.Read(history, window, DependencyFigure.P95, dependency, null)
            .Select(line => line with { Name = $"{dependency} {line.Name}" }));

    /// <summary>How many handlers of a type run on average: their rate, times the mean duration.</summary>
    public static IEnumerable<ChartLine> OfBusyHandlers(HistoryStore history, TimeSpan window) =>
        SnapshotHistory.Types(history).Select(type => new ChartLine(type, Combine(
            history.Read(SnapshotHistory.OfType(type, SnapshotHistory.Rate), window),
            history.Read(SnapshotHistory.OfType(type, SnapshotHistory.ProcessingTime), window),
            (rate, milliseconds) => rate * milliseconds / 1_000)));

    /// <summary>The processor time of all hosts per message, in ms.</summary>
    public static IEnumerable<ChartLine> OfCpuPerMessage(HistoryStore history, TimeSpan window) =>
    [
        new ChartLine("all hosts", Combine(
            Sum([.. SnapshotHistory.Hosts(history).Select(host => history.Read(SnapshotHistory.OfHost(host, SnapshotHistory.CpuCores), window))]),
            history.Read(SnapshotHistory.OfCluster(SnapshotHistory.Rate), window),
            (cores, rate) => rate > 0 ? cores * 1_000 / rate : null)),
    ];

    // The lists may have been read one record apart; both end with the newest.
    private static HistoryPoint[] Combine(IReadOnlyList<HistoryPoint> one, IReadOnlyList<HistoryPoint> other, Func<float, float, float?> combine)
    {
        var count = Math.Min(one.Count, other.Count);
        return [.. one.Skip(one.Count - count).Zip(other.Skip(other.Count - count), (a, b) =>
            new HistoryPoint(a.At, a.Value is { } first && b.Value is { } second ? combine(first, second) : null))];
    }

    private static IReadOnlyList<HistoryPoint> Sum(IReadOnlyList<IReadOnlyList<HistoryPoint>> lines) => lines.Count == 0 ? [] : lines.Aggregate((sum, line) =>
    {
        var count = Math.Min(sum.Count, line.Count);
        return [.. sum.Skip(sum.Count - count).Zip(line.Skip(line.Count - count), (a, b) =>
            new HistoryPoint(a.At, a.Value is null ? b.Value : a.Value + (b.Value ?? 0)))];
    });
}
