using System.Diagnostics.Metrics;

namespace Choir.ServiceDefaults.Telemetry.Machine;

/// <summary>
/// Load of the machine, or of the container that limits this process. All processes of a machine export the same values, so
/// queries take their maximum, not their sum; the descriptions say so.
/// </summary>
internal sealed class SystemMetrics
{
    public const string MeterName = "Choir.System";

    // Instruments and readers share one reading, because CPU usage over a shorter time is meaningless.
    private static readonly TimeSpan MinInterval = TimeSpan.FromSeconds(1);

    private const string NotAdded = " Every process of a machine reports it: take the maximum by host, not the sum.";

    private readonly IMachineReader _machine;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private MachineFigures _figures;
    private long _readAt;
    private double? _processorPercent;

    public SystemMetrics(IMeterFactory meters, TimeProvider time)
        : this(meters, time, OperatingSystem.IsLinux() ? new LinuxMachine("/") : new PortableMachine())
    {
    }

    internal SystemMetrics(IMeterFactory meters, TimeProvider time, IMachineReader machine)
    {
        (_machine, _time) = (machine, time);
        _figures = machine.Read();
        _readAt = time.GetTimestamp();

        var meter = meters.Create(MeterName);
        meter.CreateObservableGauge(
            "system.cpu.usage", () => Of(ProcessorPercent()), "%",
            "CPU usage since the previous collection, as a percentage of the available processors." + NotAdded);
        Gauge(meter, "system.memory.usage", figures => figures.MemoryUsed, "Memory in use on the machine, or in the container if it has a limit.");
        Gauge(meter, "system.memory.available", figures => figures.MemoryAvailable, "Memory that is still available.");
        Gauge(meter, "system.disk.read", figures => figures.DiskRead, "Bytes read from disks since the machine started.");
        Gauge(meter, "system.disk.write", figures => figures.DiskWritten, "Bytes written to disks since the machine started.");
        Gauge(meter, "system.network.sent", figures => figures.NetworkSent, "Bytes sent over the network since the machine started.");
        Gauge(
            meter, "system.network.received", figures => figures.NetworkReceived,
            "Bytes received over the network since the machine started.");
    }

    private void Gauge(Meter meter, string name, Func<MachineFigures, long?> figure, string description) =>
        meter.CreateObservableGauge(name, () => Of(figure(ReadShared().Figures)), "By", description + NotAdded);

    private double? ProcessorPercent() => ReadShared().ProcessorPercent;

    private (MachineFigures Figures, double? ProcessorPercent) ReadShared()
    {
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            var elapsed = _time.GetElapsedTime(_readAt, now);
            if (elapsed >= MinInterval)
            {
                var figures = _machine.Read();
                _processorPercent = ProcessorPercent(_figures, figures, elapsed);
                (_figures, _readAt) = (figures, now);
            }

            return (_figures, _processorPercent);
        }
    }

    // Unknown where the two readings cannot be compared: a container's limit was set, lifted or changed in between, or the time
    // went backwards.
    private static double? ProcessorPercent(MachineFigures before, MachineFigures after, TimeSpan elapsed) =>
        before.Processors == after.Processors && after.BusySeconds - before.BusySeconds is >= 0 and var busy
            ? Math.Min(100, 100 * busy / (elapsed.TotalSeconds * after.Processors))
            : null;

    // An unknown value is not exported, instead of exporting zero.
    private static IEnumerable<Measurement<T>> Of<T>(T? value)
        where T : struct => value is { } known ? [new Measurement<T>(known)] : [];
}
