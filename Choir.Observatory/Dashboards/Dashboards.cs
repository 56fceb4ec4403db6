using Choir.Observatory.History;

namespace Choir.Observatory;

/// <summary>The dashboards of every application, and those that it adds before the last of them.</summary>
internal static class Dashboards
{
    public const string Overview = "System overview";
    public const string Actors = "Actors";
    public const string Messages = "Message flow";
    public const string Performance = "Performance";

    public static IReadOnlyList<ObservatoryDashboard> Of(ObservatoryOptions options)
    {
        ObservatoryDashboard[] own = [new(Overview, OverviewPanels), new(Actors, ActorPanels), new(Messages, MessagePanels), new(Performance, PerformancePanels)];
        return
        [
            .. own[..^1].Select(WithAdded),
            .. options.Dashboards.Where(added => own.All(one => one.Title != added.Title)),
            WithAdded(own[^1]),
        ];

        ObservatoryDashboard WithAdded(ObservatoryDashboard dashboard) => dashboard with
        {
            Panels = [.. dashboard.Panels, .. options.Dashboards.Where(added => added.Title == dashboard.Title).SelectMany(added => added.Panels)],
        };
    }

    private static ObservatoryPanel[] OverviewPanels =>
    [
        new("Message Processing: messages per second", PanelUnit.PerSecond)
        {
            Memory = HistoryLines.OfCluster("all actors", SnapshotHistory.Rate), Query = "sum(rate(actor_messages_total{outcome!=\"unknown\"}[5m]))",
        },
        new("Message Processing: p95 of the slowest type", PanelUnit.Milliseconds)
        {
            Memory = HistoryLines.OfCluster("slowest type", SnapshotHistory.P95),
            Query = "1000 * max(histogram_quantile(0.95, sum by (le, actor_type) (rate(actor_message_processing_seconds_bucket[5m]))) >= 0)",
        },
        new("Error Rate: share of messages that failed", PanelUnit.Share)
        {
            Memory = HistoryLines.OfCluster("all actors", SnapshotHistory.ErrorShare),
            Query = "sum(rate(actor_messages_total{outcome=~\"error|timeout\"}[5m])) / (sum(rate(actor_messages_total{outcome!=\"unknown\"}[5m])) > 0)",
        },
        new("Longest queue of any actor", PanelUnit.Count)
        {
            Memory = HistoryLines.OfCluster("longest", SnapshotHistory.LongestQueue), Query = "max(message_queue_longest)",
        },
        Cpu,
        Memory,
    ];

    private static ObservatoryPanel[] ActorPanels =>
    [
        new("Actor Count", PanelUnit.Count) { Memory = HistoryLines.OfTypes(SnapshotHistory.Count), Query = "sum by (actor_type) (actor_count)" },
        new("Actor State Size: all actors in memory", PanelUnit.Bytes)
        {
            Memory = HistoryLines.OfTypes(SnapshotHistory.StateSize), Query = "sum by (actor_type) (actor_state_total_size_bytes)",
        },
        new("Message Processing Time: mean time in handlers", PanelUnit.Milliseconds)
        {
            Memory = HistoryLines.OfTypes(SnapshotHistory.ProcessingTime),
            Query = "1000 * sum by (actor_type) (rate(actor_message_processing_seconds_sum[5m])) / (sum by (actor_type) (rate(actor_message_processing_seconds_count[5m])) > 0)",
        },
        new("Error Rate: share of messages that failed", PanelUnit.Share)
        {
            Memory = HistoryLines.OfTypes(SnapshotHistory.ErrorShare),
            Query = "sum by (actor_type) (rate(actor_messages_total{outcome=~\"error|timeout\"}[5m])) / (sum by (actor_type) (rate(actor_messages_total{outcome!=\"unknown\"}[5m])) > 0)",
        },
        new("p95 from sending to the end of the handler", PanelUnit.Milliseconds) { Memory = HistoryLines.OfTypes(SnapshotHistory.P95) },
        new("Messages per second", PanelUnit.PerSecond)
        {
            Memory = HistoryLines.OfTypes(SnapshotHistory.Rate), Query = "sum by (actor_type) (rate(actor_messages_total{outcome!=\"unknown\"}[5m]))",
        },
        new("Restarts in an hour", PanelUnit.Count) { Query = "sum by (actor_type) (increase(actor_restarts_total[1h]))" },
    ];

    private static ObservatoryPanel[] MessagePanels =>
    [
        new("Message Rate: by message type", PanelUnit.PerSecond)
        {
            Memory = HistoryLines.OfMessages(SnapshotHistory.Rate), Query = "sum by (message_type) (rate(actor_messages_total{outcome!=\"unknown\"}[5m]))",
        },
        new("Message Rate: by sender, receiver and message", PanelUnit.PerSecond)
        {
            Memory = HistoryLines.OfEdges(SnapshotHistory.Rate), Query = "topk(8, sum by (source_type, actor_type, message_type) (rate(message_flow_total[5m])))",
        },
        new("Message Latency: p95 from sending to the end of the handler", PanelUnit.Milliseconds) { Memory = HistoryLines.OfEdges(SnapshotHistory.P95) },
        new("Message Size: p95", PanelUnit.Bytes)
        {
            Query = "histogram_quantile(0.95, sum by (le, message_type) (rate(message_size_bytes_bucket[5m]))) >= 0",
        },
        new("Message Queue Length: waiting messages", PanelUnit.Count)
        {
            Memory = HistoryLines.OfTypes(SnapshotHistory.QueueLength), Query = "sum by (actor_type) (message_queue_length)",
        },
        new("Longest queue of any actor", PanelUnit.Count)
        {
            Memory = HistoryLines.OfTypes(SnapshotHistory.LongestQueue), Query = "max by (actor_type) (message_queue_longest)",
        },
        new("Failed messages per second", PanelUnit.PerSecond) { Memory = HistoryLines.OfEdges(SnapshotHistory.Errors) },
        new("Dead letters in an hour", PanelUnit.Count) { Query = "sum by (reason) (increase(message_dead_letters_total[1h])) or on () vector(0)" },
    ];

    private static ObservatoryPanel[] PerformancePanels =>
    [
        new("Throughput: messages per second", PanelUnit.PerSecond)
        {
            Memory = HistoryLines.OfCluster("all actors", SnapshotHistory.Rate), Query = "sum(rate(actor_messages_total{outcome!=\"unknown\"}[5m]))",
        },
        new("Component Latency: mean time in queues", PanelUnit.Milliseconds)
        {
            Memory = HistoryLines.OfTypes(SnapshotHistory.QueueTime),
            Query = "1000 * sum by (actor_type) (rate(message_queue_time_seconds_sum[5m])) / (sum by (actor_type) (rate(message_queue_time_seconds_count[5m])) > 0)",
        },
        new("Component Latency: mean time in handlers", PanelUnit.Milliseconds)
        {
            Memory = HistoryLines.OfTypes(SnapshotHistory.ProcessingTime),
            Query = "1000 * sum by (actor_type) (rate(actor_message_processing_seconds_sum[5m])) / (sum by (actor_type) (rate(actor_message_processing_seconds_count[5m])) > 0)",
        },
        new("Component Latency: p95 of calls outside of the actors", PanelUnit.Milliseconds) { Memory = HistoryLines.OfCalls },
        new("Busiest actor types: handlers that run at once", PanelUnit.Number)
        {
            Memory = HistoryLines.OfBusyHandlers, Query = "topk(8, sum by (actor_type) (rate(actor_message_processing_seconds_sum[5m])))",
        },
        new("CPU per message", PanelUnit.Milliseconds) { Memory = HistoryLines.OfCpuPerMessage },
        Cpu,
        Memory,
        new("Garbage collection: share of time", PanelUnit.Share)
        {
            Memory = HistoryLines.OfHosts(SnapshotHistory.GcPause), Query = "sum by (instance) (rate(dotnet_gc_pause_time_seconds_total[5m]))",
        },
        new("Thread pool: work items that wait", PanelUnit.Count)
        {
            Memory = HistoryLines.OfHosts(SnapshotHistory.PoolQueue), Query = "max by (instance) (dotnet_thread_pool_queue_length_total)",
        },
        new("Balance of the hosts: messages that wait", PanelUnit.Count)
        {
            Memory = HistoryLines.OfHosts(SnapshotHistory.QueueLength), Query = "sum by (instance) (message_queue_length)",
        },
    ];

    private static ObservatoryPanel Cpu => new("Resource Usage: CPU, share of all processors", PanelUnit.Share)
    {
        Memory = HistoryLines.OfHosts(SnapshotHistory.Cpu),
        Query = "sum by (instance) (rate(dotnet_process_cpu_time_seconds_total[5m])) / max by (instance) (dotnet_process_cpu_count)",
    };

    private static ObservatoryPanel Memory => new("Resource Usage: memory of the process", PanelUnit.Bytes)
    {
        Memory = HistoryLines.OfHosts(SnapshotHistory.Memory), Query = "max by (instance) (dotnet_process_memory_working_set_bytes)",
    };
}
