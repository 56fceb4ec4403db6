using Choir.LoadTest.Profiles;
using Choir.LoadTest.Reports.Model;
using Choir.LoadTest.Scaling;

namespace Choir.Tests.Unit.LoadTest.Scaling;

public class ScalingTests
{
    private static readonly LatencyFigures NoLatency = new(0, 0, 0, 0, 0, 0.2, 0, 0);

    [Fact]
    public void Efficiency_is_the_speedup_for_each_host_more()
    {
        var scaling = ScalingAnalysis.Of([(4, Run(rate: 300)), (2, Run(rate: 200))], interrupted: false);
        Assert.Equal([(2, 200, 1, 1), (4, 300, 1.5, 0.75)], scaling.Points.Select(point => (point.ActorHosts, point.Rate, point.Speedup, point.Efficiency)));
        Assert.Null(scaling.Model);
        Assert.Contains(scaling.Notes, note => note.StartsWith("Not enough points for a model: it needs 3 different numbers of actor hosts", StringComparison.Ordinal));
    }

    [Fact]
    public void With_three_numbers_of_hosts_there_is_a_model()
    {
        var scaling = ScalingAnalysis.Of([(1, Run(rate: 100)), (2, Run(rate: 150)), (3, Run(rate: 160))], interrupted: false);
        Assert.Equal(100, scaling.Model!.Lambda, 1d);
        Assert.Contains(scaling.Notes, note => note.Contains("highest throughput is", StringComparison.Ordinal));
        Assert.Contains(scaling.Model.Caveat!, scaling.Notes);
    }

    [Fact]
    public void Runs_without_throughput_have_no_efficiency()
    {
        var scaling = ScalingAnalysis.Of([(1, Run(rate: 0)), (2, Run(rate: 0))], interrupted: true);
        Assert.Equal([0d, 0d], scaling.Points.Select(point => point.Efficiency));
        Assert.True(scaling.Interrupted);
    }

    [Fact]
    public void The_throughput_is_that_of_the_best_stage_that_met_the_objectives()
    {
        var run = Run() with { Stages = [Stage(100, true), Stage(200, true), Stage(250, false)] };
        Assert.Equal(200, Assert.Single(ScalingAnalysis.Of([(1, run)], interrupted: false).Points).Rate);
    }

    [Fact]
    public void A_rate_that_was_reached_shows_no_limit() =>
        Assert.Equal("None: the profile's 100 a second were reached; raise --rate to find the limit.", ScalingLimit.Of(Run(rate: 99, intended: 100)));

    [Fact]
    public void A_saturated_generator_is_the_limit_unless_the_processors_are_busy()
    {
        var saturated = new GeneratorState(true, "it was too slow.", 0, 0, 0);
        Assert.Equal("The load generator: it was too slow.", ScalingLimit.Of(Run(cpu: 50) with { Generator = saturated }));
        Assert.Equal("The load generator: it was too slow.", ScalingLimit.Of(Run() with { Generator = saturated, System = null }));
        Assert.Equal("The processors of m, 95 % busy.", ScalingLimit.Of(Run(cpu: 95) with { Generator = saturated }));
    }

    [Fact]
    public void Busy_processors_are_the_limit_with_the_process_that_used_most() => Assert.Equal(
        "The processors of m, 95 % busy; most of it host (60 %).",
        ScalingLimit.Of(Run(cpu: 95, hotspots: [new Hotspot("cpu", "host", 0.6, ""), new Hotspot("actor cpu", "x", 0.9, ""), new Hotspot("cpu", "gateway", 0.2, "")])));

    [Fact]
    public void A_full_pool_is_the_limit() => Assert.Equal(
        "The database connections of host: 95 % in use, 3 statements waiting for one.", ScalingLimit.Of(Run(cpu: 50, connections: 0.95, waits: 3)));

    [Fact]
    public void A_busy_actor_is_the_limit() => Assert.Equal(
        "One actor, phase x, busy 97 % of the time.", ScalingLimit.Of(Run(cpu: 50, hotspots: [new Hotspot("actor busy time", "phase x", 0.97, "")])));

    [Fact]
    public void Users_who_all_wait_are_the_limit() => Assert.StartsWith(
        "The waiting times of 10 users", ScalingLimit.Of(Run(cpu: 50) with { Generator = new GeneratorState(true, "too few users", 0, 0, 5) }), StringComparison.Ordinal);

    [Fact]
    public void Otherwise_the_limit_is_unknown()
    {
        Assert.StartsWith("Unknown: the busiest machine", ScalingLimit.Of(Run(cpu: 50)), StringComparison.Ordinal);
        Assert.StartsWith("Unknown: the metrics", ScalingLimit.Of(Run() with { System = null }), StringComparison.Ordinal);
    }

    private static LoadReport Run(
        double rate = 50, double intended = 1_000, double cpu = 0, double connections = 0, double waits = 0, IReadOnlyList<Hotspot>? hotspots = null) => new(
            LoadReport.CurrentVersion,
            Guid.CreateVersion7(),
            new LoadProfile("load", ProfileKind.Load, 10, TimeSpan.Zero, [], [], []),
            DateTimeOffset.UnixEpoch,
            60,
            new MachineInfo(2, 1, "linux", "x64", "10"),
            "http://localhost",
            false,
            [],
            [],
            [new StageResult("steady", intended, rate, 0, NoLatency, false)],
            [],
            [],
            new GeneratorState(false, null, 0, 0, 0),
            new SystemFigures(
                [new ProcessFigures("host", "actor-host", 1, 0, 0, Series(("connections", connections), ("connection_waits", waits)))],
                [new MachineFigures("m", 2, cpu, 0, 0, Series(("cpu", cpu)))],
                [],
                [],
                hotspots ?? [],
                []),
            [],
            null);

    private static StageResult Stage(double rate, bool met) => new("step", rate, rate, 0, NoLatency, met);

    private static Dictionary<string, IReadOnlyList<SeriesPoint>> Series(params (string Name, double Value)[] series) =>
        series.ToDictionary(one => one.Name, one => (IReadOnlyList<SeriesPoint>)[new SeriesPoint(1, one.Value)]);
}
