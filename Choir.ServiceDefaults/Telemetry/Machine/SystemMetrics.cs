using System.Diagnostics.Metrics;

namespace Choir.ServiceDefaults.Telemetry.Machine;

/// <summary>
/// How loaded the machine is, or the container where one limits this process. Every process of a machine tells the same:
/// queries take the maximum over them, not the sum.
/// </summary>
internal sealed class SystemMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Choir.System";

    // Instruments and readers that look at the same time share a look, and a share of so short a time says little.
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

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
            "Processor time in use since the look before, as a share of all that there is to use.");
        Gauge(meter, "system.memory.usage", figures => figures.MemoryUsed, "Memory in use.");
        Gauge(meter, "system.memory.available", figures => figures.MemoryAvailable, "Memory that can still be had.");
        Gauge(meter, "system.disk.read", figures => figures.DiskRead, "Read from disks since the machine started.");
        Gauge(meter, "system.disk.write", figures => figures.DiskWritten, "Written to disks since the machine started.");
        Gauge(meter, "system.network.sent", figures => figures.NetworkSent, "Sent over the network since the machine started.");
        Gauge(
            meter, "system.network.received", figures => figures.NetworkReceived,
            "Received over the network since the machine started.");
    }

    private void Gauge(Meter meter, string name, Func<MachineFigures, long?> figure, string description) =>
        meter.CreateObservableGauge(name, () => Of(figure(Look().Figures)), "By", description);

    private double? ProcessorPercent() => Look().ProcessorPercent;

    private (MachineFigures Figures, double? ProcessorPercent) Look()
    {
        lock (_gate)
        {
            var elapsed = _time.GetElapsedTime(_readAt);
            if (elapsed >= Freshness)
            {
                var (before, after) = (_figures, _machine.Read());
                var share = (after.BusySeconds - before.BusySeconds) / (elapsed.TotalSeconds * after.Processors);
                _processorPercent = share is { } known ? Math.Clamp(known * 100, 0, 100) : null;
                (_figures, _readAt) = (after, _time.GetTimestamp());
            }

            return (_figures, _processorPercent);
        }
    }

    // What is not known is not told, rather than told as zero.
    private static IEnumerable<Measurement<T>> Of<T>(T? value)
        where T : struct => value is { } known ? [new Measurement<T>(known)] : [];
}
