namespace Choir.Tests.Observability;

/// <summary>The processes that export a metric.</summary>
[Flags]
internal enum Exporter
{
    Hosts = 1,
    Gateway = 2,
    Both = Hosts | Gateway,
}

/// <summary>How the series of several processes make one figure.</summary>
internal enum Across
{
    /// <summary>Each process has its share: they are added up.</summary>
    Sum,

    /// <summary>Each process reports the same, or a value that has no sum: the maximum counts.</summary>
    Max,
}

/// <summary>A metric as Prometheus gets it.</summary>
/// <param name="Name">The name, without the suffixes of a histogram's samples.</param>
/// <param name="Type">The <c>TYPE</c>.</param>
/// <param name="By">The processes that export it.</param>
/// <param name="Labels">The labels, in alphabetical order.</param>
/// <param name="OnlyAfter">The event after which it is exported; null if a conversation is enough.</param>
/// <param name="Across">How the series of several processes make one figure.</param>
internal sealed record CatalogueEntry(
    string Name, string Type, Exporter By, string[] Labels, string? OnlyAfter = null, Across Across = Across.Sum);

/// <summary>The catalogue of Choir's own metrics: all that a running Choir exports.</summary>
internal static class Catalogue
{
    private const string Counter = "counter";
    private const string Gauge = "gauge";
    private const string Histogram = "histogram";

    public static IReadOnlyList<CatalogueEntry> All { get; } =
    [
        // Actors.
        new("actor_activation_time_seconds", Histogram, Exporter.Hosts, ["actor_type"]),
        new("actor_count", Gauge, Exporter.Hosts, ["actor_type"]),
        new("actor_created_total", Counter, Exporter.Hosts, ["actor_type"]),
        new("actor_destroyed_total", Counter, Exporter.Hosts, ["actor_type", "reason"]),
        new("actor_restarts_total", Counter, Exporter.Hosts, ["actor_type"]),
        new("actor_state_changes_total", Counter, Exporter.Hosts, ["actor_type", "state_key"]),
        new("actor_state_conflicts_total", Counter, Exporter.Hosts, ["actor_type"]),
        new("actor_state_set_aside_total", Counter, Exporter.Hosts, ["actor_type"], "a stored state that cannot be read"),
        new("actor_state_size_bytes", Histogram, Exporter.Hosts, ["actor_type"]),
        new("actor_state_total_size_bytes", Gauge, Exporter.Hosts, ["actor_type"]),
        new("actor_stuck", Gauge, Exporter.Hosts, ["actor_type", "reason"]),
        new("actor_telemetry_memory_bytes", Gauge, Exporter.Both, []),
        new("cluster_hosts", Gauge, Exporter.Hosts, ["status"], Across: Across.Max),

        // Messages.
        new("actor_message_processing_seconds", Histogram, Exporter.Hosts, ["actor_type", "message_type"]),
        new("actor_messages_total", Counter, Exporter.Hosts, ["actor_type", "message_type", "outcome"]),
        new("ask_time_seconds", Histogram, Exporter.Both, ["actor_type", "outcome", "source_type"]),
        new("message_dead_letters_total", Counter, Exporter.Both, ["actor_type", "message_type", "reason"], "a message that was not handled"),
        new("message_flow_total", Counter, Exporter.Hosts, ["actor_type", "message_type", "outcome", "source_type"]),
        new("message_queue_length", Gauge, Exporter.Hosts, ["actor_type"]),
        new("message_queue_longest", Gauge, Exporter.Hosts, ["actor_type"], Across: Across.Max),
        new("message_queue_time_seconds", Histogram, Exporter.Hosts, ["actor_type", "message_type"]),
        new("message_queue_unmeasured_total", Counter, Exporter.Both, []),
        new("message_size_bytes", Histogram, Exporter.Hosts, ["actor_type", "message_type"]),

        // Hot actors.
        new("actor_hot_busy", Gauge, Exporter.Hosts, ["actor_id", "actor_type"]),
        new("actor_hot_errors_per_second", Gauge, Exporter.Hosts, ["actor_id", "actor_type"], "a message that failed in the last minute"),
        new("actor_hot_messages_per_second", Gauge, Exporter.Hosts, ["actor_id", "actor_type"]),
        new("actor_hot_processing_time_seconds", Gauge, Exporter.Hosts, ["actor_id", "actor_type"], Across: Across.Max),
        new("actor_hot_queue_length", Gauge, Exporter.Hosts, ["actor_id", "actor_type"], "a waiting message"),
        new("actor_hot_state_size_bytes", Gauge, Exporter.Hosts, ["actor_id", "actor_type"], Across: Across.Max),

        // Conversations and requests.
        new("cycle_time_seconds", Histogram, Exporter.Hosts, ["outcome", "stage"]),
        new("phase_time_seconds", Histogram, Exporter.Hosts, ["phase"]),
        new("request_latency_seconds", Histogram, Exporter.Both, ["http_request_method", "http_response_status_code", "request_type"]),

        // The database and the chain.
        new("database_connection_errors_total", Counter, Exporter.Both, []),
        new("database_query_time_seconds", Histogram, Exporter.Both, ["query_type"]),
        new("database_storage_size_bytes", Gauge, Exporter.Both, ["table"], Across: Across.Max),
        new("blockchain_block_height", Gauge, Exporter.Hosts, [], Across: Across.Max),
        new("blockchain_contract_calls_total", Counter, Exporter.Hosts, ["contract", "method"]),
        new("blockchain_gas_used", Histogram, Exporter.Hosts, ["transaction_type"]),
        new("blockchain_outbox_oldest_seconds", Gauge, Exporter.Hosts, [], Across: Across.Max),
        new("blockchain_outbox_pending", Gauge, Exporter.Hosts, [], Across: Across.Max),
        new("blockchain_outbox_stuck", Gauge, Exporter.Hosts, ["reason"], Across: Across.Max),
        new("blockchain_reorgs_total", Counter, Exporter.Hosts, []),
        new("blockchain_sync_lag", Gauge, Exporter.Hosts, [], Across: Across.Max),
        new("blockchain_transaction_time_seconds", Histogram, Exporter.Hosts, ["outcome", "transaction_type"]),

        // The machine, the process, and telemetry itself.
        new("health_status", Gauge, Exporter.Both, ["component"], Across: Across.Max),
        new("process_disk_io_bytes_total", Counter, Exporter.Both, ["disk_io_direction"]),
        new("process_start_time_seconds", Gauge, Exporter.Both, [], Across: Across.Max),
        new("process_thread_count", Gauge, Exporter.Both, []),
        new("process_unix_file_descriptor_count", Gauge, Exporter.Both, []),
        new("system_cpu_usage_percent", Gauge, Exporter.Both, [], Across: Across.Max),
        new("system_disk_read_bytes", Gauge, Exporter.Both, [], Across: Across.Max),
        new("system_disk_write_bytes", Gauge, Exporter.Both, [], Across: Across.Max),
        new("system_memory_available_bytes", Gauge, Exporter.Both, [], Across: Across.Max),
        new("system_memory_usage_bytes", Gauge, Exporter.Both, [], Across: Across.Max),
        new("system_network_received_bytes", Gauge, Exporter.Both, [], Across: Across.Max),
        new("system_network_sent_bytes", Gauge, Exporter.Both, [], Across: Across.Max),
        new("telemetry_dropped_total", Counter, Exporter.Both, ["signal"]),
    ];
}
