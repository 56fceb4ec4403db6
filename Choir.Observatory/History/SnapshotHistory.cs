using Choir.Observatory.Live;

namespace Choir.Observatory.History;

/// <summary>Which figures of a reading are kept, and their names.</summary>
internal static class SnapshotHistory
{
    public const string Rate = "messages_per_second";
    public const string P95 = "p95_ms";
    public const string ErrorShare = "error_share";
    public const string LongestQueue = "longest_queue";
    public const string QueueLength = "queue_length";
    public const string Count = "count";
    public const string StateSize = "state_bytes";
    public const string Cpu = "cpu_share";
    public const string Memory = "working_set_bytes";
    public const string GcPause = "gc_pause_share";
    public const string PoolQueue = "thread_pool_queue";
    public const string Errors = "errors_per_second";
    public const string Refused = "refused_per_second";
    public const string Time = "time_ms";
    public const string QueueTime = "queue_ms";
    public const string ProcessingTime = "processing_ms";
    public const string Mean = "mean_ms";
    public const string Waiting = "waiting";
    public const string InUse = "in_use";
    public const string Limit = "limit";
    public const string CpuCores = "cpu_cores";

    /// <summary>The name of a figure of the whole cluster.</summary>
    public static string OfCluster(string figure) => $"cluster/{figure}";

    /// <summary>The name of a figure of an actor type.</summary>
    public static string OfType(string type, string figure) => $"type/{type}/{figure}";

    /// <summary>The name of a figure of a host.</summary>
    public static string OfHost(string host, string figure) => $"host/{host}/{figure}";

    /// <summary>The name of a figure of an actor type on one host.</summary>
    public static string OfTypeOnHost(string type, string host, string figure) => $"type/{type}/{host}/{figure}";

    /// <summary>The name of a figure of an edge of the flow.</summary>
    public static string OfEdge(string source, string type, string message, string figure) => $"edge/{source}/{type}/{message}/{figure}";

    /// <summary>The hosts that have figures, also those that are gone.</summary>
    public static IEnumerable<string> Hosts(HistoryStore history) => Between(history, "host/", $"/{Cpu}");

    /// <summary>The actor types that have figures.</summary>
    public static IEnumerable<string> Types(HistoryStore history) => Between(history, "type/", $"/{Count}");

    /// <summary>What is called outside of actors.</summary>
    public static IEnumerable<string> Dependencies(HistoryStore history) =>
        Between(history, "dependency/", $"/{Rate}").Select(name => name.Split('/')[0]).Distinct();

    /// <summary>The kinds of calls of a dependency that have a figure.</summary>
    public static IEnumerable<string> Operations(HistoryStore history, string dependency, string figure) =>
        Between(history, $"dependency/{dependency}/", $"/{figure}");

    /// <summary>The edges that have figures. Names of actor types have no slash; those of messages may have one.</summary>
    public static IEnumerable<(string Source, string Type, string Message)> Edges(HistoryStore history)
    {
        foreach (var name in history.Names())
        {
            if (name.StartsWith("edge/", StringComparison.Ordinal) && name.EndsWith($"/{Rate}", StringComparison.Ordinal)
                && name.Split('/') is { Length: >= 5 } parts)
            {
                yield return (parts[1], parts[2], string.Join('/', parts[3..^1]));
            }
        }
    }

    /// <summary>The name of a figure of the calls of all hosts to something outside of their actors.</summary>
    public static string OfDependency(string dependency, string operation, string figure) => $"dependency/{dependency}/{operation}/{figure}";

    private static IEnumerable<string> Between(HistoryStore history, string prefix, string suffix) => history.Names()
        .Where(name => name.Length > prefix.Length + suffix.Length
            && name.StartsWith(prefix, StringComparison.Ordinal) && name.EndsWith(suffix, StringComparison.Ordinal))
        .Select(name => name[prefix.Length..^suffix.Length]);

    public static void Record(HistoryStore history, ClusterSnapshot snapshot) => history.Record(
    [
        (OfCluster(Rate), snapshot.MessagesPerSecond),
        (OfCluster(P95), snapshot.SlowestP95Ms),
        (OfCluster(ErrorShare), snapshot.ErrorShare),
        // Before the first type is known, it is not known either whether its queue will be.
        (OfCluster(LongestQueue), snapshot.Types.Types.Count > 0 ? snapshot.LongestQueue : null),
        .. snapshot.Types.Types.SelectMany(type => new (string, double?)[]
        {
            (OfType(type.Type, Rate), type.MessagesPerSecond),
            (OfType(type.Type, P95), type.P95Ms),
            (OfType(type.Type, ErrorShare), type.ErrorShare),
            (OfType(type.Type, LongestQueue), type.LongestQueue),
            (OfType(type.Type, QueueLength), type.QueueLength),
            (OfType(type.Type, Count), type.Count),
            (OfType(type.Type, StateSize), type.StateSizeBytes),
            (OfType(type.Type, QueueTime), type.MeanQueueMs),
            (OfType(type.Type, ProcessingTime), type.MeanProcessingMs),
        }),
        .. snapshot.Types.Types.Where(type => type.Hosts.Count > 1).SelectMany(type => type.Hosts.Select(host =>
            (OfTypeOnHost(type.Type, host.Host, Time), (host.MeanQueueMs ?? 0) + host.MeanProcessingMs))),
        .. snapshot.Hosts.Hosts.SelectMany(host => new (string, double?)[]
        {
            (OfHost(host.Name, Cpu), host.CpuShare),
            (OfHost(host.Name, CpuCores), host.CpuShare * host.Processors),
            (OfHost(host.Name, Memory), host.WorkingSetBytes),
            (OfHost(host.Name, GcPause), host.GcPauseShare),
            (OfHost(host.Name, PoolQueue), host.ThreadPoolQueue),
            (OfHost(host.Name, QueueLength), snapshot.Types.Types.Count > 0 && snapshot.LongestQueue is not null ? host.QueueLength : null),
        }),
        .. snapshot.Dependencies.SelectMany(one => new (string, double?)[]
        {
            (OfDependency(one.Name, one.Operation, Rate), one.CallsPerSecond),
            (OfDependency(one.Name, one.Operation, Mean), one.MeanMs),
            (OfDependency(one.Name, one.Operation, P95), one.P95Ms),
            (OfDependency(one.Name, one.Operation, ErrorShare), one.ErrorShare),
            (OfDependency(one.Name, one.Operation, Waiting), one.Waiting),
        }),
        .. snapshot.Dependencies.Where(one => one.Limit is not null).SelectMany(one => new (string, double?)[]
        {
            (OfDependency(one.Name, one.Operation, InUse), one.InUse),
            (OfDependency(one.Name, one.Operation, Limit), one.Limit),
        }),
        .. snapshot.Flow.Edges.SelectMany(edge => new (string, double?)[]
        {
            (OfEdge(edge.SourceType, edge.ActorType, edge.MessageType, Rate), edge.MessagesPerSecond),
            (OfEdge(edge.SourceType, edge.ActorType, edge.MessageType, P95), edge.P95Ms),
            (OfEdge(edge.SourceType, edge.ActorType, edge.MessageType, Errors), edge.ErrorsPerSecond),
            (OfEdge(edge.SourceType, edge.ActorType, edge.MessageType, ProcessingTime), edge.MeanProcessingMs),
        }),
        // Most edges have never refused a message: theirs is no series, whose number is limited.
        .. snapshot.Flow.Edges.Where(edge => edge.RejectedPerSecond > 0).Select(edge =>
            (OfEdge(edge.SourceType, edge.ActorType, edge.MessageType, Refused), (double?)edge.RejectedPerSecond)),
    ]);
}
