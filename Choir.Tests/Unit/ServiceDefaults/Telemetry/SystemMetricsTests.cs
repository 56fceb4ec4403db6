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
    public void Runtime_values_are_used_without_kernel_files()
    {
        var figures = new PortableMachine().Read();
        Assert.True(figures.BusySeconds > 0);
        Assert.Equal(Environment.ProcessorCount, figures.Processors);
        Assert.True(figures.MemoryUsed >= 0 && figures.MemoryAvailable >= 0);
        Assert.True(figures.NetworkSent >= 0 && figures.NetworkReceived >= 0);
    }

    private sealed class ScriptedMachine : IMachineReader
    {
        public double BusySeconds { get; set; } = 100;

        public int Looks { get; private set; }

        public MachineFigures Read()
        {
            Looks++;
            return new MachineFigures(BusySeconds, 2, 1, 2, 3, 4, 5, 6);
        }
    }
}
