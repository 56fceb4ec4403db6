using Choir.LoadTest.Engine;
using Choir.LoadTest.Profiles;
using Choir.LoadTest.Reports.Model;

namespace Choir.Tests.Unit.LoadTest.Engine;

public class DriftTests
{
    private static readonly LoadObjective Memory = new("memory.drift", IsAtLeast: false, 0.1);

    [Fact]
    public void Memory_that_grows_in_one_process_fails_the_test()
    {
        var report = ReportBuilder.Judge(Report(("a", second => 100), ("b", second => 100 + (second * 0.01))), []);
        Assert.False(report.Passed);
        var result = Assert.Single(report.Objectives);
        Assert.Equal(0.28, result.Value!.Value, 0.03);
        Assert.Equal(result.Value, report.Figures.Single(figure => figure.Name == "memory.drift").Value);
        Assert.Contains(report.Notes, note => note.StartsWith("memory of b: +", StringComparison.Ordinal));
    }

    [Fact]
    public void Memory_that_goes_up_and_down_or_rose_at_the_begin_passes()
    {
        var report = ReportBuilder.Judge(Report(("a", second => second < 300 ? 50 + (second / 6) : 100 + (5 * Math.Sin(second / 40)))), []);
        Assert.True(report.Passed);
        Assert.Equal(0, Assert.Single(report.Objectives).Value);
    }

    [Fact]
    public void What_could_not_be_measured_is_missed()
    {
        var report = ReportBuilder.Judge(Report() with { System = null }, ["The observer failed."]);
        Assert.False(report.Passed);
        Assert.Null(Assert.Single(report.Objectives).Value);
        Assert.Contains("The observer failed.", report.Notes);
    }

    private static LoadReport Report(params (string Name, Func<double, double> Memory)[] processes) => new(
        1, Guid.Empty, BuiltInProfiles.Of(ProfileKind.Endurance), default, 3_600, new MachineInfo(2, 1, "", "", ""), "", false,
        [new ObjectiveResult(Memory, null, false)], [], [], [], [], new GeneratorState(false, null, 0, 0, 0),
        new SystemFigures(
            [
                .. processes.Select(process => new ProcessFigures(process.Name, "actor-host", 0, 0, 0, new Dictionary<string, IReadOnlyList<SeriesPoint>>
                {
                    ["memory"] = [.. Enumerable.Range(0, 360).Select(index => new SeriesPoint(index * 10, process.Memory(index * 10)))],
                })),
            ],
            [], [], [], [], []),
        [], null);
}
