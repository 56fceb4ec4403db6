using Choir.Actors.Telemetry;

namespace Choir.Actors.Inspection;

/// <summary>Reads this host's figures of types and message flow.</summary>
internal sealed class FigureReader(ActorTelemetry telemetry)
{
    /// <summary>Reads them.</summary>
    /// <param name="types">The host's types.</param>
    /// <param name="only">One type, which then comes with its hottest actors; null for all.</param>
    public HostFigures Read(IReadOnlyList<TypeTelemetry> types, string? only)
    {
        var wanted = types.Where(type => only is null || type.Name == only).ToArray();
        var (seconds, edges) = telemetry.Recent.Read();
        return new HostFigures(
            seconds,
            Array.ConvertAll(wanted, type => new HostTypeFigures(
                type.Name, type.Live.Count, type.QueueLength, ActorMetrics.LongestQueue(type), type.StateSize, type.Restarts)),
            edges.Where(edge => only is null || edge.Edge.Kind.ActorType == only).Select(Report).ToArray(),
            only is null ? [] : wanted.SelectMany(type => Enum.GetValues<HotIndicator>().Select(by => type.Hot.Top(by).ToArray())).ToArray());
    }

    private static HostEdgeFigures Report(EdgeCounts counts) => new(
        counts.Edge.Source,
        counts.Edge.Kind.ActorType,
        counts.Edge.Kind.MessageType,
        counts.Total[..Outcomes.Count],
        counts.Recent[..Outcomes.Count],
        counts.Recent[Outcomes.Count..]);
}
