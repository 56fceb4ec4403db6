using Choir.LoadTest.Commands;
using Choir.LoadTest.Comparing;
using Choir.LoadTest.Profiles;
using Choir.LoadTest.Reports.Model;
using Choir.Tests.Support;

namespace Choir.Tests.Unit.LoadTest.Comparing;

public class RunComparerTests
{
    [Theory]
    [InlineData("rate", "1/s", true, 100, 150, Change.Better)]
    [InlineData("rate", "1/s", true, 100, 60, Change.Worse)]
    [InlineData("p99", "s", false, 1, 0.5, Change.Better)]
    [InlineData("p99", "s", false, 1, 2, Change.Worse)]
    [InlineData("p99", "s", false, 1, 1.05, Change.Same)]
    [InlineData("hits.share", "1", true, 0.5, 0.9, Change.Better)]
    [InlineData("memory.slope", "By/h", false, -10, 9000, Change.Worse)]
    [InlineData("rate", "1/s", true, 100, 0, Change.Worse)]
    [InlineData("rate", "1/s", true, 0, 0, Change.Same)]
    public void The_direction_of_a_figure_decides_what_is_better(
        string name, string unit, bool higherIsBetter, double before, double after, Change change)
    {
        Figure Of(double value) => new(name, unit, higherIsBetter, value, []);
        var calibration = Calibration(Of(before), 0.05);

        var comparison = RunComparer.Compare(Run(Of(before)), Run(Of(after)), calibration);

        Assert.Equal(change, Assert.Single(comparison.Figures).Change);
    }

    [Fact]
    public void The_noise_and_the_ratio_are_relative()
    {
        var comparison = RunComparer.Compare(Run(Latency(1)), Run(Latency(1.2)), Calibration(Latency(1), 0.02));

        var figure = Assert.Single(comparison.Figures);
        Assert.Equal(1.2, figure.Ratio!.Value, 6);
        // t for 0.1 % and 9 degrees of freedom is 4.781; the deviation of the runs is 0.0211.
        Assert.Equal(Math.Exp(4.781 * Math.Sqrt(2) * 0.0211) - 1, figure.Noise!.Value, 2);
        Assert.InRange(figure.PValue!.Value, 0.00001, 0.001);
    }

    [Fact]
    public void A_figure_without_parts_has_no_verdict_without_a_calibration()
    {
        var figure = Assert.Single(RunComparer.Compare(Run(Latency(1)), Run(Latency(9)), null).Figures);

        Assert.Equal(Change.Unknown, figure.Change);
        Assert.Null(figure.Noise);
        Assert.Null(figure.PValue);
    }

    [Fact]
    public void A_figure_that_was_not_measured_or_has_another_unit_has_no_verdict()
    {
        var comparison = RunComparer.Compare(
            Run(Latency(1), Latency(1) with { Name = "mean" }),
            Run(Latency(double.NaN), Latency(1) with { Name = "mean", Unit = "ms" }),
            Calibration(Latency(1), 0.05));

        Assert.All(comparison.Figures, figure => Assert.Equal(Change.Unknown, figure.Change));
    }

    [Fact]
    public void A_figure_that_the_calibration_lacks_is_compared_by_its_parts_and_said()
    {
        Figure Steady(double value) => new("mean", "s", false, value, [.. Enumerable.Range(0, 20).Select(index => value * (1 + (0.01 * (index % 2))))]);

        var comparison = RunComparer.Compare(
            Run(Latency(1), Steady(1)), Run(Latency(1), Steady(3)), Calibration(Latency(1), 0.05));

        Assert.Equal(Change.Worse, comparison.Figures[1].Change);
        Assert.Contains("The calibration lacks mean; their noise was estimated from within the runs.", comparison.Warnings);
    }

    [Fact]
    public void One_error_more_of_few_operations_is_no_change_even_if_no_run_of_the_calibration_had_any()
    {
        var none = new Figure("errors.share", "1", false, 0, []);

        Assert.Equal(Change.Same, Of(1).Change);
        Assert.Equal(Change.Worse, Of(60).Change);

        FigureComparison Of(long errors) => Assert.Single(RunComparer.Compare(
            Run(none) with { Scenarios = [Scenario(1_000, 0)] },
            Run(none with { Value = errors / 1_000.0 }) with { Scenarios = [Scenario(1_000, errors)] },
            Calibration(none, 0)).Figures);
    }

    [Theory]
    [InlineData(0, 0.36, Change.Worse)]
    [InlineData(0.36, 0, Change.Better)]
    [InlineData(0.36, 0.36, Change.Same)]
    [InlineData(0, 0.01, Change.Same)]
    public void Without_a_calibration_error_shares_are_compared_by_their_counts(double before, double after, Change change) =>
        Assert.Equal(change, ErrorShare(Scattered(before), Scattered(after), operations: 600).Change);

    [Fact]
    public void A_third_of_few_operations_that_fail_is_worse_although_small_parts_vary()
    {
        // Of a run of five seconds whose service failed at random.
        double[] parts =
        [
            0.25, 0.4615, 0.1667, 0.1667, 0.25, 0.3, 0.8, 0.4444, 0.0909, 0.2727, 0.4167, 0.5, 0.6667, 0, 0.75, 0.0909, 0.25, 0.1667, 0.5714, 0.5,
        ];

        Assert.Equal(Change.Worse, ErrorShare(Scattered(0), Share(0.3354) with { Blocks = parts }, operations: 164).Change);
    }

    [Fact]
    public void More_errors_in_one_burst_have_no_verdict_because_another_run_may_have_none()
    {
        var burst = new Figure("errors.share", "1", false, 0.35, [.. Enumerable.Range(0, 20).Select(part => part is >= 5 and < 12 ? 1.0 : 0)]);

        Assert.Equal(Change.Unknown, ErrorShare(Scattered(0), burst, operations: 600).Change);
    }

    [Theory]
    [InlineData(0, 0.36, Change.Unknown)]
    [InlineData(0, 0.001, Change.Same)]
    public void Without_parts_only_what_chance_explains_is_called_the_same(double before, double after, Change change) =>
        Assert.Equal(change, ErrorShare(Share(before), Share(after), operations: 10_000).Change);

    [Fact]
    public void Shares_of_few_operations_are_never_called_the_same() =>
        Assert.Equal(Change.Unknown, ErrorShare(Share(0), Share(0.25), operations: 8).Change);

    [Theory]
    [InlineData(1, 900, 3, 1_100, 0.7817)]
    [InlineData(2, 500, 15, 600, 0.0070)]
    [InlineData(0, 5, 1_000, 1_000, 0)]
    [InlineData(0, 1_000_000, 0, 1_000_000, 1)]
    public void The_test_of_counts_is_exact(long errorsBefore, long before, long errorsAfter, long after, double pValue) =>
        Assert.Equal(pValue, ErrorShareVerdict.FisherTest(errorsBefore, before, errorsAfter, after), 3);

    [Fact]
    public void A_figure_whose_noise_hides_any_change_has_no_verdict()
    {
        Figure Wild(double value) => new("p99", "s", false, value, [.. Enumerable.Range(0, 20).Select(part => value * (part < 10 ? 0.01 : 100))]);

        var figure = Assert.Single(RunComparer.Compare(Run(Wild(1)), Run(Wild(3)), null).Figures);

        Assert.Equal(Change.Unknown, figure.Change);
        Assert.True(figure.Noise > 1);
    }

    [Fact]
    public void A_profiled_run_and_one_that_was_not_are_not_comparable()
    {
        var plain = SampleLoadReport.Create();
        var profiled = plain with { Costs = new CostFigures(1, 1, 1, [], [], [], []) };

        Assert.Equal(
            ["This run was profiled and the other was not: the profiler makes Choir slower, so latencies and rates are not comparable."],
            RunComparer.Compare(plain, profiled, null).Warnings);
        Assert.StartsWith("The baseline was profiled", Assert.Single(RunComparer.Compare(profiled, plain, null).Warnings), StringComparison.Ordinal);
        Assert.Empty(RunComparer.Compare(profiled, profiled, null).Warnings);
    }

    [Fact]
    public void Runs_of_the_same_profile_and_machine_have_no_warnings()
    {
        var comparison = RunComparer.Compare(SampleLoadReport.Create(seed: 1), SampleLoadReport.Create(seed: 2), null);

        Assert.Empty(comparison.Warnings);
        Assert.False(comparison.Calibrated);
        Assert.Equal(SampleLoadReport.Create(seed: 1).Id, comparison.BaselineId);
    }

    [Fact]
    public void Whatever_makes_runs_incomparable_is_a_warning()
    {
        var now = SampleLoadReport.Create();
        var baseline = now with
        {
            Profile = now.Profile with { Name = "load", Users = 10, Stages = [now.Profile.Stages[0]], Scenarios = [now.Profile.Scenarios[0]] },
            Machine = now.Machine with { Cores = 64 },
            Seconds = now.Seconds * 2,
            Interrupted = true,
            Generator = now.Generator with { Saturated = true },
            Figures = [.. now.Figures.Skip(7)],
        };

        var warnings = RunComparer.Compare(baseline, now, null).Warnings;

        Assert.Equal(
            [
                "The baseline had another profile, load.",
                "The baseline had 10 users instead of 200.",
                "The baseline had other rates or stages.",
                "The baseline had other scenarios or settings of them.",
                "The baseline had another length, 10:00 min instead of 5:00 min.",
                "The baseline had another machine, 64 cores, 8 GiB, Debian GNU/Linux 13, X64, .NET 10.0.2 instead of 2 cores, 8 GiB, Debian GNU/Linux 13, X64, .NET 10.0.2.",
                "The baseline was ended before its time.",
                "The baseline was limited by the load generator itself.",
                "The baseline does not have the figures rate, errors.share, p50, p95, p99 and 2 more.",
            ],
            warnings);
    }

    [Fact]
    public void Another_kind_seed_or_way_of_sending_is_a_warning()
    {
        Assert.Equal("The baseline had other arrivals, uniform instead of poisson.", Warning(profile => profile with { Arrivals = Arrivals.Uniform }));
        Assert.Equal("The baseline had another timeout, 550ms instead of 60s.", Warning(profile => profile with { Timeout = TimeSpan.FromMilliseconds(550) }));
        Assert.Equal("The baseline had another seed, 7 instead of 1.", Warning(profile => profile with { Seed = 7 }));
        Assert.Equal("The baseline had another kind, endurance instead of spike.", Warning(profile => profile with { Kind = ProfileKind.Endurance }));
        Assert.StartsWith("The baseline had another warm-up, 3s instead of ", Warning(profile => profile with { WarmUp = TimeSpan.FromSeconds(3) }), StringComparison.Ordinal);
    }

    [Fact]
    public void What_decides_at_which_step_of_a_stress_test_the_figures_are_taken_is_a_warning()
    {
        var stress = SampleLoadReport.Create();
        stress = stress with { Profile = BuiltInProfiles.Of(ProfileKind.Stress) };

        Assert.Equal("The baseline had 1 refinement instead of 3.", Warning(profile => profile with { Refinements = 1 }, stress));
        Assert.Equal(
            "The baseline had other objectives, which decide at which step the figures are taken.",
            Warning(profile => profile with { Objectives = [new LoadObjective("p99", IsAtLeast: false, 5)] }, stress));
    }

    [Theory]
    [InlineData("s", 1, 0, 5e-324)]
    [InlineData("s", 1, 0, 1e100)]
    [InlineData("s", 1, -1e308, 1e308)]
    [InlineData("s", 1e-300, 1e-300, 1e308)]
    [InlineData("By/h", -1, -1e200, 5e-324)]
    [InlineData("1", 0.5, 0, 1e300)]
    [InlineData("1", 1e300, 0, 1e300)]
    [InlineData("1", -1e300, -1e300, 0)]
    [InlineData("1", 0.9, 0, 5e-324)]
    public void Values_that_no_run_measures_have_no_effect_but_on_their_verdict(string unit, double value, double low, double high)
    {
        var odd = new Figure(unit == "1" ? "errors.share" : "p99", unit, false, value, [.. Enumerable.Range(0, 20).Select(part => part % 3 == 0 ? low : high)]);
        var sane = odd with { Value = 0.1, Blocks = [.. Enumerable.Range(0, 20).Select(part => 0.1 + (0.001 * (part % 2)))] };
        foreach (var (before, after) in ((Figure, Figure)[])[(odd, sane), (sane, odd), (odd, odd)])
        {
            var verdict = ErrorShare(before, after, operations: 1_000);
            Assert.False(verdict.PValue is { } probability && !double.IsFinite(probability), $"{verdict}");
        }
    }

    [Fact]
    public void A_run_that_cannot_be_compared_keeps_its_result()
    {
        var report = SampleLoadReport.Create();
        var compared = new EarlierRun(report with { Figures = null! }, Calibration: null).CompareWith(report);

        Assert.Null(compared.Comparison);
        Assert.StartsWith("This run could not be compared with the baseline: ", compared.Notes[^1], StringComparison.Ordinal);
        Assert.Equal(report.Figures, compared.Figures);
    }

    [Fact]
    public void A_calibration_of_another_profile_is_a_warning()
    {
        var calibration = Calibration(Latency(1), 0.05);
        var run = Run(Latency(1));
        var other = calibration with { Profile = calibration.Profile with { Name = "stress" } };

        Assert.Equal(
            ["The calibration had another profile, stress; its noise may not be this run's."], RunComparer.Compare(run, run, other).Warnings);
    }

    [Fact]
    public void A_name_that_occurs_twice_is_compared_once() =>
        Assert.Single(RunComparer.Compare(Run(Latency(1), Latency(2)), Run(Latency(1), Latency(2)), null).Figures);

    // The warning of a run whose baseline had another profile.
    private static string Warning(Func<LoadProfile, LoadProfile> change, LoadReport? now = null)
    {
        now ??= SampleLoadReport.Create();
        return Assert.Single(RunComparer.Compare(now with { Profile = change(now.Profile) }, now, null).Warnings);
    }

    private static Figure Latency(double value) => new("p99", "s", false, value, []);

    private static LoadReport Run(params Figure[] figures) => SampleLoadReport.Create(seconds: 20, actorTypes: 1) with { Figures = figures };

    // Ten runs, half of them above and half of them below the value.
    private static NoiseCalibration Calibration(Figure figure, double deviation) => NoiseCalibration.FromRuns(
        [.. Enumerable.Range(0, 10).Select(index => Run(figure with { Value = figure.Value * (1 + (index % 2 == 0 ? deviation : -deviation)) }))]);

    private static FigureComparison ErrorShare(Figure before, Figure after, long operations) => Assert.Single(RunComparer.Compare(
        Run(before) with { Scenarios = [Scenario(operations, 0)] }, Run(after) with { Scenarios = [Scenario(operations, 0)] }, null).Figures);

    private static Figure Share(double value) => new("errors.share", "1", false, value, []);

    // Neighbouring parts differ a little, as they do by chance.
    private static Figure Scattered(double value) => Share(value) with
    {
        Blocks = [.. Enumerable.Range(0, 20).Select(part => value * (1 + (part % 2 == 0 ? 0.2 : -0.2)))],
    };

    private static ScenarioResult Scenario(long started, long errors) => new(
        "message", started, started - errors, 1, SampleLoadReport.Latency(new Random(1), 1), [], []);
}
