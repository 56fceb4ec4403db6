namespace Choir.Tests.Observability;

/// <summary>The outline of the specification <c>monitoring_observability.md</c>.</summary>
internal static class SpecificationOutline
{
    /// <summary>The headings in order, each with its bullets.</summary>
    public static IReadOnlyList<(string Heading, string[] Bullets)> Headings { get; } =
    [
        ("Introduction", []),
        ("Observability Principles",
            ["Actor-Centric Observability", "Message Flow Visibility", "State Transparency", "Correlation", "Minimal Overhead", "Actionable Insights", "Holistic View"]),
        ("Metrics Collection", []),
        ("Actor Metrics", ["Actor Lifecycle", "Actor Count", "Actor State Size", "Actor Processing Time"]),
        ("Message Metrics", ["Message Rate", "Message Processing Time", "Message Size", "Message Queue Length"]),
        ("System Metrics", ["CPU Usage", "Memory Usage", "Disk I/O", "Network I/O"]),
        ("Database Metrics", ["Query Rate", "Query Latency", "Connection Pool", "Storage Usage"]),
        ("Blockchain Metrics", ["Transaction Rate", "Transaction Latency", "Gas Usage", "Contract Calls"]),
        ("Logging Strategy", []),
        ("Structured Logging", []),
        ("Log Levels", ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]),
        ("Contextual Logging", []),
        ("Tracing", []),
        ("Distributed Tracing", []),
        ("Trace Propagation", []),
        ("Trace Visualization",
            ["Use Jaeger, Zipkin, or other tracing visualization tools", "Create custom visualizations for actor-specific traces", "Integrate with existing monitoring dashboards"]),
        ("Alerting", []),
        ("Alert Rules", ["Sample `HighMessageProcessingTime`", "Sample `ActorSystemUnstable`", "Sample `DatabaseConnectionIssues`"]),
        ("Alert Channels", ["Email", "Slack/Teams", "SMS/Phone", "PagerDuty/OpsGenie"]),
        ("Alert Aggregation", []),
        ("Dashboards", []),
        ("System Overview Dashboard", ["Actor System Health", "Message Processing", "Error Rate", "Resource Usage"]),
        ("Actor Dashboard", ["Actor Count", "Actor State Size", "Message Processing Time", "Error Rate"]),
        ("Message Flow Dashboard", ["Message Rate", "Message Latency", "Message Size", "Message Queue Length"]),
        ("Database Dashboard", ["Query Rate", "Query Latency", "Connection Pool", "Storage Usage"]),
        ("Blockchain Dashboard", ["Transaction Rate", "Transaction Latency", "Gas Usage", "Contract Calls"]),
        ("Health Checks", []),
        ("Actor System Health Checks", []),
        ("Database Health Checks", []),
        ("Blockchain Health Checks", []),
        ("Health Check API", []),
        ("Performance Monitoring", []),
        ("Performance Metrics", ["End-to-End Latency", "Component Latency", "Resource Usage", "Throughput"]),
        ("Performance Testing", ["Load Testing", "Stress Testing", "Endurance Testing", "Spike Testing"]),
        ("Performance Optimization", ["Hotspot Analysis", "Resource Analysis", "Scaling Analysis", "Optimization Tracking"]),
        ("Implementation", []),
        ("Prometheus Integration", []),
        ("ELK Stack Integration", []),
        ("Jaeger Integration", []),
        ("Grafana Integration", []),
        ("Conclusion", []),
    ];
}
