using Choir.LoadTest.Overhead;
using Choir.LoadTest.Overhead.Measuring;
using Choir.LoadTest.Overhead.Report;
using Choir.LoadTest.Overhead.Scenarios;

namespace Choir.Tests.Unit.LoadTest;

public class OverheadReportTests
{
    [Theory]
    [InlineData(3d, 3d)]
    [InlineData(2d, 3d, 2d, 1d)]
    [InlineData(2.5, 4d, 1d, 3d, 2d)]
    public void The_median_is_the_middle_figure_or_the_mean_of_the_two_middle_ones(double median, params double[] figures) =>
        Assert.Equal(median, Median.Of(figures));

    [Fact]
    public void No_figures_have_no_median() => Assert.Throws<ArgumentException>(() => Median.Of([]));

    [Fact]
    public void The_figures_of_a_scenario_are_medians()
    {
        var figures = Report(["bare"], [Round(1, 300, 10)], [Round(3, 100, 30)], [Round(2, 200, 20)]).Scenarios.Single();
        Assert.Equal(("bare", 2, 200, 20),
            (figures.Name, figures.CpuMicrosPerMessage, figures.MessagesPerSecond, figures.BytesPerMessage));
        Assert.Equal([1, 3, 2], figures.Rounds.Select(round => round.CpuMicrosPerMessage));
    }

    [Fact]
    public void Busy_cores_are_computed_from_processor_time_and_throughput() =>
        Assert.Equal(1.5, Report(["bare"], [Round(3, 500_000)], [Round(5, 300_000)], [Round(2, 100_000)]).Scenarios[0].CoresBusy, 6);

    [Fact]
    public void Ratios_compare_scenarios_within_a_round()
    {
        // In the second round the machine was ten times slower. The difference of the medians would be 20 - 2 µs.
        var report = Report(
            ["bare", "choir-1"],
            [Round(2, 100, 1_000), Round(3, 90, 1_100)],
            [Round(20, 10, 1_000), Round(21, 9, 1_150)],
            [Round(1, 100, 1_000), Round(20, 80, 1_100)]);
        var ratio = report.Ratios.Single();
        Assert.Equal(("choir-1", 1, 100, 1.5), (ratio.Name, ratio.ExtraCpuMicros, ratio.ExtraBytes, ratio.CpuRatio));
        Assert.Equal(0.9, ratio.ThroughputShare, 6);
    }

    [Fact]
    public void Choir_is_compared_with_propagation_at_the_same_sampling_ratio()
    {
        var report = Report(
            ["bare", "choir-1", "choir-100", "propagation-1", "propagation-100", "dashboard"],
            [Round(2), Round(2.5), Round(4), Round(4), Round(12), Round(3)]);
        Assert.Equal(
            [("choir-1", 0.25), ("choir-100", 0.2), ("propagation-1", null), ("propagation-100", null), ("dashboard", null)],
            report.Ratios.Select(ratio => (ratio.Name, ratio.ShareOfPropagation)));
    }

    [Fact]
    public void The_share_of_propagation_is_null_if_propagation_added_nothing()
    {
        var report = Report(["bare", "choir-1", "propagation-1"], [Round(2), Round(2.5), Round(2)]);
        Assert.Null(report.Ratios[0].ShareOfPropagation);
        Assert.Null(Met(report)["shareOfPropagation"]);
    }

    [Fact]
    public void Targets_are_met_at_their_limit_and_missed_beyond_it()
    {
        var kept = new ScenarioRatios("choir-1", 0.4, 200, 1.1, 0.8, 0.15);
        Assert.All(Target.Judge(kept), target => Assert.True(target.Met));

        var broken = new ScenarioRatios("choir-1", 0.401, 201, 1.1, 0.799, 0.151);
        Assert.All(Target.Judge(broken), target => Assert.False(target.Met));
    }

    [Fact]
    public void Without_the_baseline_there_are_no_ratios_and_no_target_is_judged()
    {
        var report = Report(["choir-1", "propagation-1"], [Round(2), Round(3)]);
        Assert.Empty(report.Ratios);
        Assert.Equal(4, report.Targets.Count);
        Assert.All(report.Targets, target => Assert.Null(target.Met));
    }

    [Fact]
    public void A_measurement_whose_telemetry_was_not_exported_is_refused()
    {
        var complete = Round(1) with { Scrapes = 1, Exports = new ExportCounts(Metrics: 1, Traces: 1, Logs: 1) };
        foreach (var scenario in Scenario.All)
        {
            Assert.Same(complete, ChildProcess.Checked(scenario, complete));
        }

        var refused = Assert.Throws<MeasurementException>(
            () => ChildProcess.Checked(Scenario.Choir1, complete with { Scrapes = 0, Exports = new ExportCounts(0, 1, 1) }));
        Assert.Contains("sent no Scrapes, Metrics", refused.Message, StringComparison.Ordinal);
        Assert.Throws<MeasurementException>(
            () => ChildProcess.Checked(Scenario.Propagation1, complete with { Exports = new ExportCounts(1, 0, 1) }));
    }

    [Fact]
    public void A_change_of_the_machines_speed_is_a_share_in_both_directions()
    {
        Assert.Equal(0, OverheadRun.Change(Round(1), Round(1)));
        Assert.Equal(0.8, OverheadRun.Change(Round(1), Round(1.8)), 9);
        Assert.Equal(0.8, OverheadRun.Change(Round(1.8), Round(1)), 9);
        Assert.Equal(Round(2, messages: 150, bytes: 1_500), Measurement.Mean(Round(1, 100, 1_000), Round(3, 200, 2_000)));
    }

    private static Measurement Round(double cpu, double messages = 100, double bytes = 1_000) =>
        new(cpu, messages, bytes, Seconds: 1);

    private static OverheadReport Report(string[] scenarios, params Measurement[][] rounds) =>
        OverheadReport.Create(scenarios, rounds);

    private static Dictionary<string, bool?> Met(OverheadReport report) =>
        report.Targets.ToDictionary(target => target.Name, target => target.Met);
}
