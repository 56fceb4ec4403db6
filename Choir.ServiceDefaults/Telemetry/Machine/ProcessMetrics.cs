using System.ComponentModel;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.IO.Enumeration;

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
            "process.thread.count", () => Known(ThreadCount()), "{thread}", "Threads of the process, including those of the runtime.");

        // The name that Prometheus clients and many dashboards use; OpenTelemetry has no convention for it yet.
        var started = Known(StartTime());
        meter.CreateObservableGauge(
            "process.start.time", () => started, "s",
            "Start time of the process, in seconds since 1970. Uptime is the current time minus this. Not to be added up.");
        if (OperatingSystem.IsLinux())
        {
            meter.CreateObservableUpDownCounter(
                "process.unix.file_descriptor.count", () => Known(OpenFiles()), "{file_descriptor}",
                "File descriptors that the process has open: files, connections, event handles.");
            meter.CreateObservableCounter("process.disk.io", DiskIo, "By", "Bytes that the process read from and wrote to disks.");
        }
    }

    private static double? StartTime() =>
        OfProcess(process => (process.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds);

    // Process.Threads would read a file per thread.
    private static long? ThreadCount() =>
        ProcFile.Named("/", "proc/self/status", "Threads") ?? OfProcess(process => (long)process.Threads.Count);

    // Process.HandleCount would make a string of each name. One descriptor is that of the enumeration.
    private static long? OpenFiles()
    {
        try
        {
            return new FileSystemEnumerable<bool>("/proc/self/fd", (ref _) => true).LongCount() - 1;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // The runtime reads the same files, and throws if one is missing.
    private static T? OfProcess<T>(Func<Process, T> read)
        where T : struct
    {
        try
        {
            using var process = Process.GetCurrentProcess();
            return read(process);
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or NotSupportedException or IOException)
        {
            return null;
        }
    }

    private static Measurement<T>[] Known<T>(T? value)
        where T : struct => value is { } known ? [new Measurement<T>(known)] : [];

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
