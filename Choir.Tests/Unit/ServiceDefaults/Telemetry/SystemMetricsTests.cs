using Choir.ServiceDefaults.Telemetry.Machine;
using Choir.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.ServiceDefaults.Telemetry;

public sealed class SystemMetricsTests : IDisposable
{
    private readonly Measurements _measurements = new();
    private readonly FakeTimeProvider _time = new();
    private readonly ScriptedMachine _machine = new();

    public void Dispose() => _measurements.Dispose();

    [Fact]
    public void CPU_usage_is_the_share_of_all_processors_since_the_previous_reading()
    {
        _ = new SystemMetrics(_measurements.Factory, _time, _machine);
        Assert.Empty(_measurements.Look("system.cpu.usage"));

        _machine.BusySeconds += 5;
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(25, Assert.Single(_measurements.Look("system.cpu.usage")).Value);

        _machine.BusySeconds += 20;
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(100, Assert.Single(_measurements.Look("system.cpu.usage")).Value);
    }

    [Fact]
    public void CPU_usage_is_unknown_where_two_readings_cannot_be_compared()
    {
        _ = new SystemMetrics(_measurements.Factory, _time, _machine);

        // A limit of the container was set: its own time is less than the machine's.
        (_machine.BusySeconds, _machine.Processors) = (3, 0.5);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Empty(_measurements.Look("system.cpu.usage"));

        _machine.BusySeconds += 1;
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(20, Assert.Single(_measurements.Look("system.cpu.usage")).Value);

        // The process moved to another container.
        _machine.BusySeconds -= 2;
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Empty(_measurements.Look("system.cpu.usage"));
        _machine.BusySeconds = null;
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Empty(_measurements.Look("system.cpu.usage"));
    }

    [Fact]
    public void A_step_of_the_wall_clock_changes_no_rate()
    {
        var time = new SteppedTime(_time);
        _ = new SystemMetrics(_measurements.Factory, time, _machine);
        _machine.BusySeconds += 5;
        _time.Advance(TimeSpan.FromSeconds(10));
        time.Step = TimeSpan.FromHours(-3);
        Assert.Equal(25, Assert.Single(_measurements.Look("system.cpu.usage")).Value);
    }

    [Fact]
    public void Concurrent_readers_share_one_reading()
    {
        _ = new SystemMetrics(_measurements.Factory, _time, _machine);
        _time.Advance(TimeSpan.FromSeconds(1));
        _measurements.Look("system.memory.usage");
        _measurements.Look("system.memory.usage");
        Assert.Equal(2, _machine.Looks);
    }

    [Fact]
    public void The_metrics_of_this_machine_are_plausible()
    {
        _ = new SystemMetrics(_measurements.Factory, _time);
        _ = new ProcessMetrics(_measurements.Factory);
        foreach (var name in new[] { "system.memory.usage", "system.memory.available", "process.thread.count" })
        {
            Assert.True(Assert.Single(_measurements.Look(name)).Value > 0, name);
        }

        Assert.Single(_measurements.Look("system.network.sent"));
        Assert.Single(_measurements.Look("system.network.received"));
    }

    [Fact]
    public void Open_files_are_counted()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has /proc.");
        _ = new ProcessMetrics(_measurements.Factory);
        var files = Enumerable.Range(0, 500).Select(_ => File.OpenRead("/dev/null")).ToList();
        var open = Assert.Single(_measurements.Look("process.unix.file_descriptor.count")).Value;
        files.ForEach(file => file.Dispose());
        Assert.InRange(open, 500, 100_000);
    }

    [Fact]
    public void Runtime_values_are_used_without_kernel_files()
    {
        GC.Collect();
        var figures = new PortableMachine().Read();
        Assert.True(figures.BusySeconds > 0);
        Assert.Equal(Environment.ProcessorCount, figures.Processors);
        Assert.True(figures.MemoryUsed >= 0 && figures.MemoryAvailable >= 0);
        Assert.True(figures.NetworkSent >= 0 && figures.NetworkReceived >= 0);
    }

    private sealed class ScriptedMachine : IMachineReader
    {
        public double? BusySeconds { get; set; } = 100;

        public double Processors { get; set; } = 2;

        public int Looks { get; private set; }

        public MachineFigures Read()
        {
            Looks++;
            return new MachineFigures(BusySeconds, Processors, 1, 2, 3, 4, 5, 6);
        }
    }

    private sealed class SteppedTime(TimeProvider time) : TimeProvider
    {
        public TimeSpan Step { get; set; }

        public override long TimestampFrequency => time.TimestampFrequency;

        public override long GetTimestamp() => time.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + Step;
    }
}
