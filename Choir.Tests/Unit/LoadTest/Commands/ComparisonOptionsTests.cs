using System.CommandLine;
using Choir.LoadTest.Commands;
using Choir.LoadTest.Comparing;
using Choir.LoadTest.Profiles;
using Choir.LoadTest.Reports;
using Choir.LoadTest.Reports.Files;
using Choir.LoadTest.Reports.Model;
using Choir.Tests.Support;

namespace Choir.Tests.Unit.LoadTest.Commands;

public sealed class ComparisonOptionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Without_a_baseline_nothing_is_compared() =>
        Assert.Null(await ComparisonOptions.ReadAsync(Load(), TestContext.Current.CancellationToken));

    [Fact]
    public void A_calibration_without_a_baseline_is_refused() =>
        Assert.Equal(
            ["--calibration says how large the noise is; give the run to compare with by --baseline."],
            Load("--calibration", "calibration.json").Errors.Select(error => error.Message));

    [Theory]
    [InlineData("before", "before")]
    [InlineData("before/", "./before")]
    [InlineData("before/report.json", "before")]
    public void A_report_that_would_replace_the_baseline_is_refused(string baseline, string output) =>
        Assert.Equal(
            ["--output is the folder of --baseline, whose report would be replaced; give another folder."],
            Load("--baseline", baseline, "--output", output).Errors.Select(error => error.Message));

    [Theory]
    [InlineData("before", "after")]
    [InlineData("results/before.json", "results")]
    public void A_report_beside_the_baseline_is_accepted(string baseline, string output) =>
        Assert.Empty(Load("--baseline", baseline, "--output", output).Errors);

    [Fact]
    public async Task A_run_is_compared_with_the_baseline_by_the_calibration()
    {
        var report = SampleLoadReport.Create();
        var file = _folder.File("calibration.json");
        await ReportFiles.WriteAsync(report, new DirectoryInfo(_folder.Path), TestContext.Current.CancellationToken);
        await Calibrator.WriteAsync(
            NoiseCalibration.FromRuns([.. Enumerable.Repeat(report, 5)]), new FileInfo(file), TestContext.Current.CancellationToken);

        var earlier = await ComparisonOptions.ReadAsync(
            Load("--baseline", _folder.Path, "--calibration", file), TestContext.Current.CancellationToken);
        var compared = earlier!.CompareWith(report);

        Assert.True(compared.Comparison!.Calibrated);
        Assert.All(compared.Comparison.Figures, figure => Assert.Equal(Change.Same, figure.Change));
    }

    [Fact]
    public async Task A_baseline_that_is_missing_ends_the_command_before_the_run() =>
        await Assert.ThrowsAsync<ReportFileException>(
            () => ComparisonOptions.ReadAsync(Load("--baseline", _folder.File("report.json")), TestContext.Current.CancellationToken));

    [Theory]
    [InlineData("4")]
    [InlineData("101")]
    [InlineData("many")]
    public void A_calibration_of_too_few_or_too_many_runs_is_refused(string runs) =>
        Assert.Equal(
            [$"--runs takes a whole number from 5 to 100; it got \"{runs}\"."],
            CalibrateCommand.Create().Parse(["--runs", runs]).Errors.Select(error => error.Message));

    [Fact]
    public void A_calibration_has_ten_runs_by_default()
    {
        var parsed = CalibrateCommand.Create().Parse([]);

        Assert.Empty(parsed.Errors);
        Assert.Equal(10, parsed.GetValue(CalibrateCommand.Runs));
        Assert.Equal("calibration.json", parsed.GetValue(CalibrateCommand.Calibration)!.Name);
    }

    private static ParseResult Load(params string[] arguments) => ProfileCommand.Create(ProfileKind.Load).Parse(arguments);
}
