namespace Choir.LoadTest.Overhead.Measuring;

/// <summary>What one process measured.</summary>
/// <param name="CpuMicrosPerMessage">Processor time of the whole process, user and system, in µs.</param>
/// <param name="MessagesPerSecond">Messages answered in a second.</param>
/// <param name="BytesPerMessage">Bytes allocated by the whole process.</param>
/// <param name="Seconds">How long the measured part took.</param>
/// <param name="Scrapes">How often the process' Prometheus endpoint was read meanwhile, and in the warm-up.</param>
/// <param name="Exports">OTLP requests that arrived from the process, from its start to its end.</param>
internal sealed record Measurement(
    double CpuMicrosPerMessage,
    double MessagesPerSecond,
    double BytesPerMessage,
    double Seconds,
    int Scrapes = 0,
    ExportCounts Exports = default);

/// <summary>OTLP requests by signal.</summary>
internal readonly record struct ExportCounts(int Metrics, int Traces, int Logs)
{
    public static ExportCounts operator -(ExportCounts one, ExportCounts other) =>
        new(one.Metrics - other.Metrics, one.Traces - other.Traces, one.Logs - other.Logs);
}
