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
    ExportCounts Exports = default)
{
    /// <summary>The mean of two measurements of the same process.</summary>
    public static Measurement Mean(Measurement one, Measurement other) => one with
    {
        CpuMicrosPerMessage = (one.CpuMicrosPerMessage + other.CpuMicrosPerMessage) / 2,
        MessagesPerSecond = (one.MessagesPerSecond + other.MessagesPerSecond) / 2,
        BytesPerMessage = (one.BytesPerMessage + other.BytesPerMessage) / 2,
        Seconds = (one.Seconds + other.Seconds) / 2,
    };
}

/// <summary>OTLP requests by signal.</summary>
internal readonly record struct ExportCounts(int Metrics, int Traces, int Logs);
