using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Choir.ServiceDefaults.Telemetry.Machine;

/// <summary>
/// What OpenTelemetry's conventions for processes have and the runtime's own meter <c>System.Runtime</c> has not: that one
/// tells processor time (<c>dotnet.process.cpu.time</c>) and memory (<c>dotnet.process.memory.working_set</c>).
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
            "process.thread.count", ThreadCount, "{thread}", "Threads of the process, the runtime's own included.");

        // Prometheus' own name for it, which its clients and many dashboards use; OpenTelemetry has none yet.
        var started = StartTime();
        meter.CreateObservableGauge(
            "process.start.time", () => started, "s", "When the process began, in seconds since 1970: the time now less this is its uptime.");
        if (OperatingSystem.IsLinux())
        {
            meter.CreateObservableCounter("process.disk.io", DiskIo, "By", "What the process made disks read and write.");
        }
    }

    private static double StartTime()
    {
        using var process = Process.GetCurrentProcess();
        return (process.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds;
    }

    private static int ThreadCount()
    {
        // A process object would read a file for each thread.
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
