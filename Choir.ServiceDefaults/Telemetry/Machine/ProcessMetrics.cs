using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Choir.ServiceDefaults.Telemetry.Machine;

/// <summary>
/// The process metrics of OpenTelemetry's conventions that the runtime's meter <c>System.Runtime</c> does not have; it has
/// CPU time (<c>dotnet.process.cpu.time</c>) and memory (<c>dotnet.process.memory.working_set</c>).
/// See <see href="https://opentelemetry.io/docs/specs/semconv/system/process-metrics/"/>.
/// </summary>
internal sealed class ProcessMetrics
{
    private static readonly KeyValuePair<string, object?> Read = new("disk.io.direction", "read");
    private static readonly KeyValuePair<string, object?> Write = new("disk.io.direction", "write");

    public ProcessMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(SystemMetrics.MeterName);
        meter.CreateObservableUpDownCounter(
            "process.thread.count", ThreadCount, "{thread}", "Threads of the process, including those of the runtime.");

        // The name that Prometheus clients and many dashboards use; OpenTelemetry has no convention for it yet.
        var started = StartTime();
        meter.CreateObservableGauge(
            "process.start.time", () => started, "s", "Start time of the process, in seconds since 1970. Uptime is the current time minus this.");
        if (OperatingSystem.IsLinux())
        {
            meter.CreateObservableCounter("process.disk.io", DiskIo, "By", "Bytes that the process read from and wrote to disks.");
        }
    }

    private static double StartTime()
    {
        using var process = Process.GetCurrentProcess();
        return (process.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds;
    }

    private static int ThreadCount()
    {
        // Process.Threads would read a file per thread.
        if (ProcFile.Named("/", "proc/self/status", "Threads") is { } threads)
        {
            return (int)threads;
        }

        using var process = Process.GetCurrentProcess();
        return process.Threads.Count;
    }

    private static IEnumerable<Measurement<long>> DiskIo()
    {
        if (ProcFile.Named("/", "proc/self/io", "read_bytes") is { } read)
        {
            yield return new Measurement<long>(read, Read);
        }

        if (ProcFile.Named("/", "proc/self/io", "write_bytes") is { } written)
        {
            yield return new Measurement<long>(written, Write);
        }
    }
}
