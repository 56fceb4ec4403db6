using Choir.LoadTest.Observing;
using Choir.LoadTest.Reports.Model;
using Choir.Tests.Support;

namespace Choir.Tests.Integration.EndToEnd;

/// <summary>The figures of a load test come from the metrics that a running Choir really exports.</summary>
public class SystemObserverTests(RunningChoir choir)
{
    private static readonly string[] Phases = ["action", "experience", "intention", "observation", "understanding", "yield"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_running_Choir_is_observed_during_conversations()
    {
        using var gateway = await choir.GatewayAsync();
        var thread = await RunningChoir.CreateThreadAsync(gateway);
        await using var observer = SystemObserver.Start(gateway.BaseAddress!, TimeSpan.FromSeconds(10), TimeProvider.System);
        await Eventually.HoldsAsync("three processes to answer", () => observer.Current?.Processes == 3);
        await observer.BeginAsync(Token);
        await RunningChoir.ConverseAsync(gateway, thread, "Salt lowers the freezing point of water.");
        await RunningChoir.ConverseAsync(gateway, thread, "So roads stay free of ice for longer.");
        // A process answers with the same text for 0.3 s.
        await Eventually.HoldsAsync("a reading after the first one's answer has expired", () => observer.Current?.Cores > 0);
        await observer.EndAsync(Token);

        var system = observer.ToFigures(new GeneratorUse(Environment.MachineName, 0.1));
        Assert.NotNull(system);
        Assert.Empty(system.Unreachable);
        Assert.Equal(["actor-host", "actor-host", "gateway"], system.Processes.Select(process => process.Service).Order());
        Assert.All(system.Processes, AssertIsWhole);
        var machine = Assert.Single(system.Machines);
        Assert.True(machine is { Cores: > 0, MemoryUsedBytes: > 0 });
        Assert.Superset(Phases.ToHashSet(), Names(system, "phase"));
        Assert.Contains(system.Components, component => component is { Component: "gateway", Latency.Count: 2 } && component.Name.StartsWith("POST /threads/", StringComparison.Ordinal));
        Assert.Contains("insert", Names(system, "database"));
        Assert.NotEmpty(Names(system, "queue"));
        Assert.All(system.ActorTypes, type => Assert.True(type.Rate > 0 && type.Processing.P99 >= type.Processing.P50));
        Assert.Subset(system.Hotspots.Select(hotspot => hotspot.By).ToHashSet(), new HashSet<string> { "time", "cpu", "allocation" });
    }

    private static void AssertIsWhole(ProcessFigures process)
    {
        Assert.True(process is { CpuCores: > 0, AllocatedBytesPerSecond: > 0 });
        Assert.Superset(new HashSet<string> { "cpu", "gc", "memory", "threads", "pool_queue", "connections" }, process.Series.Keys.ToHashSet());
    }

    private static HashSet<string> Names(SystemFigures system, string component) =>
        [.. system.Components.Where(one => one.Component == component).Select(one => one.Name)];
}
