using Choir.LoadTest.Comparing;
using Choir.LoadTest.Reports.Files;
using Choir.LoadTest.Reports.Model;
using Choir.Tests.Support;

namespace Choir.Tests.Unit.LoadTest.Comparing;

public sealed class CalibratorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _said = [];

    private FileInfo File => new(_folder.File("calibration.json"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_deviation_is_that_of_the_logarithms_from_run_to_run()
    {
        double[] values = [1, 2, 4, 8, 16];

        var calibration = await MeasureAsync(5, number => Run(Latency(values[number - 1])));

        var figure = Assert.Single(calibration.Figures);
        Assert.Equal(FigureScale.Logarithm, figure.Scale);
        Assert.Equal(6.2, figure.Mean, 6);
        Assert.Equal(Math.Log(2) * Math.Sqrt(2.5), figure.Deviation, 6);
    }

    [Fact]
    public async Task Shares_and_figures_that_can_be_negative_have_plain_deviations()
    {
        var calibration = await MeasureAsync(5, number => Run(
            new Figure("errors.share", "1", false, 0.01 * number, []), new Figure("slope", "By/h", false, number - 3, [])));

        Assert.All(calibration.Figures, figure => Assert.Equal(FigureScale.Difference, figure.Scale));
        Assert.Equal([0.0158114, 1.58114], calibration.Figures.Select(figure => Math.Round(figure.Deviation, figure.Unit == "1" ? 7 : 5)));
    }

    [Fact]
    public async Task Only_figures_that_every_run_measured_are_calibrated()
    {
        var calibration = await MeasureAsync(5, number => number == 3
            ? Run(Latency(1), Latency(double.NaN) with { Name = "p50" })
            : Run(Latency(1), Latency(1) with { Name = "p50" }, Latency(1) with { Name = "mean" }));

        Assert.Equal(["p99"], calibration.Figures.Select(figure => figure.Name));
    }

    [Fact]
    public async Task It_says_how_many_runs_are_done_and_how_long_the_others_take()
    {
        await MeasureAsync(5, _ => Run(Latency(1)));

        Assert.Equal("Run 1 of 5 is done; about 2:40 min more.", _said[0]);
        Assert.Equal("Run 5 of 5 is done.", _said[^1]);
    }

    [Fact]
    public async Task A_run_that_is_ended_early_ends_the_calibration()
    {
        await Assert.ThrowsAsync<OperationCanceledException>(
            () => MeasureAsync(5, number => Run(Latency(1)) with { Interrupted = number == 2 }));

        Assert.Single(_said);
    }

    [Fact]
    public void Four_runs_are_too_few() =>
        Assert.Throws<ArgumentException>(() => NoiseCalibration.FromRuns([.. Enumerable.Range(0, 4).Select(_ => Run(Latency(1)))]));

    [Fact]
    public async Task A_calibration_is_read_as_it_was_written()
    {
        var calibration = await MeasureAsync(5, number => Run(Latency(number)));
        await Calibrator.WriteAsync(calibration, File, TestContext.Current.CancellationToken);

        Assert.Equivalent(calibration, await Calibrator.ReadAsync(File, TestContext.Current.CancellationToken), strict: true);
    }

    [Fact]
    public async Task A_file_that_claims_too_few_runs_is_refused()
    {
        var calibration = await MeasureAsync(5, _ => Run(Latency(1)));
        await Calibrator.WriteAsync(calibration with { Runs = 1 }, File, TestContext.Current.CancellationToken);

        var refused = await Assert.ThrowsAsync<ReportFileException>(() => Calibrator.ReadAsync(File, TestContext.Current.CancellationToken));

        Assert.EndsWith("was made of 1 runs; at least 5 are needed. Calibrate again.", refused.Message, StringComparison.Ordinal);
    }

    private Task<NoiseCalibration> MeasureAsync(int runs, Func<int, LoadReport> run) =>
        new Calibrator((number, _) => Task.FromResult(run(number)), _said.Add).MeasureAsync(runs, TestContext.Current.CancellationToken);

    private static Figure Latency(double value) => new("p99", "s", false, value, []);

    private static LoadReport Run(params Figure[] figures) => SampleLoadReport.Create(seconds: 20, actorTypes: 1) with { Figures = figures };
}
