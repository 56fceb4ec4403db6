using Choir.Actors.Telemetry;

namespace Choir.Actors.Inspection;

/// <summary>Makes one picture of what the hosts counted.</summary>
internal static class FigureMerge
{
    private const int Hottest = 10;

    private static readonly string[] OutcomeNames =
        [.. Enumerable.Range(0, Outcomes.Count).Select(outcome => ((Outcome)outcome).Name())];

    /// <summary>The figures of each type that any host has.</summary>
    public static ActorTypeFigures[] Types(HostReports<HostFigures> reports)
    {
        var edges = Edges(reports).ToLookup(edge => edge.ActorType, StringComparer.Ordinal);
        return reports.All
            .SelectMany(report => report.Value.Types.Select(type => (report.Host, Type: type)))
            .GroupBy(one => one.Type.Type, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => TypeOf(group.Key, [.. group], Tally.Of(edges[group.Key])))
            .ToArray();
    }

    /// <summary>The hottest actors of a type.</summary>
    public static HottestActors HottestOf(HostReports<HostFigures> reports)
    {
        return new HottestActors(
            Top(HotIndicator.Messages), Top(HotIndicator.Errors), Top(HotIndicator.Busy), Top(HotIndicator.ProcessingTime),
            Top(HotIndicator.QueueLength), Top(HotIndicator.StateSize));

        HotActor[] Top(HotIndicator indicator) => reports.All
            .Where(report => report.Value.Hottest.Length > 0)
            .SelectMany(report => report.Value.Hottest[(int)indicator])
            .GroupBy(actor => actor.Id, StringComparer.Ordinal)
            .Select(HotActor.Merge)
            .OrderByDescending(actor => actor.Value(indicator))
            .Take(Hottest)
            .ToArray();
    }

    /// <summary>The message flow.</summary>
    public static FlowView Flow(HostReports<HostFigures> reports)
    {
        var edges = Edges(reports);
        var into = edges.ToLookup(edge => edge.ActorType, StringComparer.Ordinal);
        var from = edges.ToLookup(edge => edge.SourceType, StringComparer.Ordinal);
        var nodes = reports.All
            .SelectMany(report => report.Value.Types.Select(type => type.Type))
            .Concat(from.Select(group => group.Key))
            .Distinct()
            .Order(StringComparer.Ordinal)
            .Select(type =>
            {
                var got = Tally.Of(into[type]);
                return new FlowNode(type, got.PerSecond, Tally.Of(from[type]).PerSecond, got.ErrorsPerSecond, got.Messages, got.Errors);
            });
        return new FlowView(
            reports.All.Select(report => report.Value.WindowSeconds).DefaultIfEmpty().Max(),
            nodes.ToArray(),
            edges.Select(View).ToArray(),
            reports.Hosts);
    }

    private static ActorTypeFigures TypeOf(string type, (string Host, HostTypeFigures Type)[] hosts, Tally tally) => new(
        type,
        hosts.Sum(host => host.Type.Count),
        tally.Messages,
        tally.PerSecond,
        tally.Errors,
        tally.PerSecond > 0 ? tally.ErrorsPerSecond / tally.PerSecond : 0,
        tally.Outcomes[(int)Outcome.Rejected],
        tally.Mean,
        tally.Percentile(0.5),
        tally.Percentile(0.95),
        tally.Percentile(0.99),
        hosts.Sum(host => host.Type.QueueLength),
        hosts.Max(host => host.Type.LongestQueue),
        hosts.Sum(host => host.Type.StateSize),
        hosts.Sum(host => host.Type.Restarts),
        hosts.Select(host => new HostCount(host.Host, host.Type.Count)).ToArray());

    private static FlowEdgeView View(MergedEdge edge)
    {
        var tally = Tally.Of([edge]);
        return new FlowEdgeView(
            edge.SourceType, edge.ActorType, edge.MessageType, tally.PerSecond, tally.ErrorsPerSecond,
            tally.Mean, tally.Percentile(0.5), tally.Percentile(0.95), tally.Percentile(0.99), tally.Messages, tally.Errors,
            OutcomeNames.Zip(edge.Outcomes).ToDictionary(one => one.First, one => one.Second, StringComparer.Ordinal));
    }

    private static List<MergedEdge> Edges(HostReports<HostFigures> reports)
    {
        var merged = new Dictionary<(string, string, string), MergedEdge>();
        foreach (var (_, figures) in reports.All)
        {
            foreach (var edge in figures.Edges)
            {
                var key = (edge.SourceType, edge.ActorType, edge.MessageType);
                if (!merged.TryGetValue(key, out var sum))
                {
                    merged[key] = sum = new MergedEdge(edge.SourceType, edge.ActorType, edge.MessageType);
                }

                sum.Add(edge, figures.WindowSeconds);
            }
        }

        return [.. merged.Values.OrderBy(edge => (edge.SourceType, edge.ActorType, edge.MessageType), Comparer<(string, string, string)>.Default)];
    }

    /// <summary>An edge over all hosts.</summary>
    private sealed record MergedEdge(string SourceType, string ActorType, string MessageType)
    {
        public long[] Outcomes { get; } = new long[Telemetry.Outcomes.Count];

        public double[] PerSecond { get; } = new double[Telemetry.Outcomes.Count];

        public long[] Latencies { get; } = new long[LatencyBuckets.Count];

        public void Add(HostEdgeFigures edge, double seconds)
        {
            for (var outcome = 0; outcome < Outcomes.Length; outcome++)
            {
                Outcomes[outcome] += edge.Outcomes[outcome];
                PerSecond[outcome] += seconds > 0 ? edge.Recent[outcome] / seconds : 0;
            }

            for (var bucket = 0; bucket < Latencies.Length; bucket++)
            {
                Latencies[bucket] += edge.Latencies[bucket];
            }
        }
    }

    /// <summary>The sum of edges.</summary>
    private sealed record Tally(long[] Outcomes, double[] Rates, long[] Latencies)
    {
        public long Messages => Outcomes.Sum();

        public long Errors => Outcomes[(int)Outcome.Error] + Outcomes[(int)Outcome.Timeout] + Outcomes[(int)Outcome.Unknown];

        public double PerSecond => Rates.Sum();

        public double ErrorsPerSecond => Rates[(int)Outcome.Error] + Rates[(int)Outcome.Timeout] + Rates[(int)Outcome.Unknown];

        public double? Mean
        {
            get
            {
                var count = Latencies.Sum();
                return count == 0 ? null : Latencies.Select((many, bucket) => many * LatencyBuckets.Middle(bucket)).Sum() * 1_000 / count;
            }
        }

        public static Tally Of(IEnumerable<MergedEdge> edges)
        {
            var sum = new Tally(
                new long[Telemetry.Outcomes.Count], new double[Telemetry.Outcomes.Count], new long[LatencyBuckets.Count]);
            foreach (var edge in edges)
            {
                for (var outcome = 0; outcome < sum.Outcomes.Length; outcome++)
                {
                    sum.Outcomes[outcome] += edge.Outcomes[outcome];
                    sum.Rates[outcome] += edge.PerSecond[outcome];
                }

                for (var bucket = 0; bucket < sum.Latencies.Length; bucket++)
                {
                    sum.Latencies[bucket] += edge.Latencies[bucket];
                }
            }

            return sum;
        }

        public double? Percentile(double share) => LatencyBuckets.Percentile(Latencies, share) * 1_000;
    }
}
