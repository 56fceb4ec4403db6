namespace Choir.LoadTest.Overhead.Measuring;

/// <summary>The result of one measurement.</summary>
/// <param name="CpuMicrosPerMessage">CPU time of the whole process per message, user and system, in µs.</param>
/// <param name="MessagesPerSecond">Replies per second.</param>
/// <param name="BytesPerMessage">Bytes allocated by the whole process per message.</param>
/// <param name="Seconds">The duration of the measurement.</param>
/// <param name="Scrapes">The number of reads of the Prometheus endpoint since the start of the process.</param>
/// <param name="Exports">The OTLP requests received from the process since its start.</param>
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
