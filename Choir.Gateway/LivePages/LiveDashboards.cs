using Choir.Observatory;

namespace Choir.Gateway.LivePages;

/// <summary>The dashboards that only Choir has, and its panels of the others. Grafana's have the same panels and more.</summary>
internal static class LiveDashboards
{
    private const string Database = "database";
    private const string Chain = "chain";

    // What hosts call statements, connections and the calls of the node; the other calls of the chain are transactions.
    private static readonly string[] Statements = ["select", "insert", "update", "delete", "other"];
    private const string Connect = "connect";
    private const string NodeCall = "call";

    public static IEnumerable<ObservatoryDashboard> All =>
    [
        new("System overview",
        [
            new("Resource Usage: disk", PanelUnit.BytesPerSecond)
            {
                Query = "max by (host) (rate(system_disk_read_bytes[5m])) + max by (host) (rate(system_disk_write_bytes[5m]))",
            },
            new("Resource Usage: network", PanelUnit.BytesPerSecond)
            {
                Query = "max by (host) (rate(system_network_sent_bytes[5m])) + max by (host) (rate(system_network_received_bytes[5m]))",
            },
        ]),
        new("Database",
        [
            ObservatoryPanel.OfDependency("Query Rate", DependencyFigure.Rate, Database, IsStatement) with
            {
                Query = "sum by (query_type) (rate(database_query_time_seconds_count[5m]))",
            },
            ObservatoryPanel.OfDependency("Query Latency: p95", DependencyFigure.P95, Database, IsStatement) with
            {
                Query = "1000 * (histogram_quantile(0.95, sum by (le, query_type) (rate(database_query_time_seconds_bucket[5m]))) >= 0)",
            },
            ObservatoryPanel.OfDependency("Query Latency: mean", DependencyFigure.Mean, Database, IsStatement) with
            {
                Query = "1000 * sum by (query_type) (rate(database_query_time_seconds_sum[5m])) / (sum by (query_type) (rate(database_query_time_seconds_count[5m])) > 0)",
            },
            ObservatoryPanel.OfDependency("Share of statements that failed", DependencyFigure.Failures, Database, IsStatement),
            ObservatoryPanel.OfDependency("Connection Pool: connections of all hosts", DependencyFigure.Pool, Database) with
            {
                Query = "sum by (db_client_connection_pool_name) (db_client_connection_count{db_client_connection_state=\"used\"})",
            },
            ObservatoryPanel.OfDependency("Waiting for a connection", DependencyFigure.Waiting, Database) with
            {
                Query = "sum by (db_client_connection_pool_name) (db_client_connection_npgsql_pending_requests)",
            },
            ObservatoryPanel.OfDependency("New connections", DependencyFigure.Rate, Database, operation => operation == Connect),
            new("Storage Usage: the largest tables", PanelUnit.Bytes) { Query = "topk(8, max by (table) (database_storage_size_bytes))" },
        ]),
        new("Blockchain",
        [
            ObservatoryPanel.OfDependency("Transaction Rate", DependencyFigure.Rate, Chain, IsTransaction) with
            {
                Query = "sum by (transaction_type) (rate(blockchain_transaction_time_seconds_count[5m]))",
            },
            ObservatoryPanel.OfDependency("Transaction Latency: p95 from submission to outcome", DependencyFigure.P95, Chain, IsTransaction) with
            {
                Query = "1000 * (histogram_quantile(0.95, sum by (le, transaction_type) (rate(blockchain_transaction_time_seconds_bucket[5m]))) >= 0)",
            },
            ObservatoryPanel.OfDependency("Share of transactions that failed", DependencyFigure.Failures, Chain, IsTransaction),
            new("Gas Usage: mean", PanelUnit.Number)
            {
                Query = "sum by (transaction_type) (rate(blockchain_gas_used_sum[30m])) / (sum by (transaction_type) (rate(blockchain_gas_used_count[30m])) > 0)",
            },
            new("Contract Calls: by method", PanelUnit.PerSecond) { Query = "sum by (method) (rate(blockchain_contract_calls_total[5m]))" },
            ObservatoryPanel.OfDependency("Calls of the node", DependencyFigure.Rate, Chain, operation => operation == NodeCall),
            ObservatoryPanel.OfDependency("Calls of the node: p95", DependencyFigure.P95, Chain, operation => operation == NodeCall),
            ObservatoryPanel.OfDependency("Calls of the node: share that failed", DependencyFigure.Failures, Chain, operation => operation == NodeCall),
            new("Outbox: cycles that wait to be anchored", PanelUnit.Count) { Query = "max(blockchain_outbox_pending)" },
        ]),
        new("Performance",
        [
            new("End-to-End Latency: p95 of requests", PanelUnit.Milliseconds)
            {
                Query = "1000 * (histogram_quantile(0.95, sum by (le) (rate(request_latency_seconds_bucket{service=\"gateway\", request_type!~\"/metrics.*|/ready|/alive|/health\"}[5m]))) >= 0)",
            },
            new("Phases: p95", PanelUnit.Milliseconds)
            {
                Query = "1000 * (histogram_quantile(0.95, sum by (le, phase) (rate(phase_time_seconds_bucket[5m]))) >= 0)",
            },
            new("Allocation per message", PanelUnit.Bytes)
            {
                Query = "sum(rate(dotnet_gc_heap_total_allocated_bytes_total{service=\"actor-host\"}[5m])) / (sum(rate(actor_messages_total{outcome!=\"unknown\"}[5m])) > 0)",
            },
            new("Disk I/O per message", PanelUnit.Bytes)
            {
                Query = "sum by (disk_io_direction) (rate(process_disk_io_bytes_total{service=\"actor-host\"}[5m])) / on () group_left () (sum(rate(actor_messages_total{outcome!=\"unknown\"}[5m])) > 0)",
            },
        ]),
    ];

    private static bool IsStatement(string operation) => Statements.Contains(operation);

    private static bool IsTransaction(string operation) => operation != NodeCall;
}
