namespace Choir.LoadTest.Observing.Metrics;

/// <summary>How the values of a series are used.</summary>
internal enum SeriesKind
{
    /// <summary>The latest value counts.</summary>
    Gauge,

    /// <summary>The increase counts.</summary>
    Counter,

    /// <summary>A bucket of a histogram: the increase counts.</summary>
    Bucket,

    /// <summary>The sum of a histogram: the increase counts.</summary>
    Sum,
}

/// <summary>A metric that is read.</summary>
/// <param name="Name">The name, without the suffixes of a histogram's samples.</param>
/// <param name="Kind">How the values of its series are used.</param>
internal sealed record WantedMetric(string Name, SeriesKind Kind);

/// <summary>The metrics that are read; all others are skipped.</summary>
internal static class WantedMetrics
{
    public const string CpuTime = "dotnet_process_cpu_time_seconds_total";
    public const string CpuCount = "dotnet_process_cpu_count";
    public const string WorkingSet = "dotnet_process_memory_working_set_bytes";
    public const string HeapSize = "dotnet_gc_last_collection_heap_size_bytes";
    public const string Allocated = "dotnet_gc_heap_total_allocated_bytes_total";
    public const string GcPause = "dotnet_gc_pause_time_seconds_total";
    public const string PoolQueue = "dotnet_thread_pool_queue_length_total";
    public const string Threads = "process_thread_count";
    public const string Handles = "process_unix_file_descriptor_count";
    public const string StartTime = "process_start_time_seconds";
    public const string QueueLength = "message_queue_length";
    public const string LongestQueue = "message_queue_longest";
    public const string Messages = "actor_messages_total";
    public const string HotBusy = "actor_hot_busy";
    public const string MachineCpu = "system_cpu_usage_percent";
    public const string MachineMemory = "system_memory_usage_bytes";
    public const string DatabaseSize = "database_storage_size_bytes";
    public const string Connections = "db_client_connection_count";
    public const string MaxConnections = "db_client_connection_max";
    public const string ConnectionWaits = "db_client_connection_npgsql_pending_requests";

    public const string Requests = "request_latency_seconds";
    public const string QueueTime = "message_queue_time_seconds";
    public const string Processing = "actor_message_processing_seconds";
    public const string PhaseTime = "phase_time_seconds";
    public const string QueryTime = "database_query_time_seconds";
    public const string ModelTime = "gen_ai_client_operation_duration_seconds";
    public const string TransactionTime = "blockchain_transaction_time_seconds";

    private static readonly string[] Gauges =
    [
        CpuCount, WorkingSet, HeapSize, PoolQueue, Threads, Handles, StartTime, QueueLength, LongestQueue, HotBusy, MachineCpu, MachineMemory,
        DatabaseSize, Connections, MaxConnections, ConnectionWaits,
    ];

    private static readonly string[] Counters = [CpuTime, Allocated, GcPause, Messages];

    private static readonly string[] Histograms =
        [Requests, QueueTime, Processing, PhaseTime, QueryTime, ModelTime, TransactionTime];

    private static readonly Dictionary<string, WantedMetric> All = new(
    [
        .. Gauges.Select(name => KeyValuePair.Create(name, new WantedMetric(name, SeriesKind.Gauge))),
        .. Counters.Select(name => KeyValuePair.Create(name, new WantedMetric(name, SeriesKind.Counter))),
        .. Histograms.Select(name => KeyValuePair.Create($"{name}_bucket", new WantedMetric(name, SeriesKind.Bucket))),
        .. Histograms.Select(name => KeyValuePair.Create($"{name}_sum", new WantedMetric(name, SeriesKind.Sum))),
    ], StringComparer.Ordinal);

    private static readonly Dictionary<string, WantedMetric>.AlternateLookup<ReadOnlySpan<char>> ByName =
        All.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The names of all.</summary>
    internal static IEnumerable<string> Names => [.. Gauges, .. Counters, .. Histograms];

    /// <summary>The metric of a sample; null if it is not read.</summary>
    public static WantedMetric? Find(ReadOnlySpan<char> sample) => ByName.TryGetValue(sample, out var metric) ? metric : null;
}
