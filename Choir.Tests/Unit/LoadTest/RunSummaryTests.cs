using Choir.LoadTest.Profiles;
using Choir.LoadTest.Progress;
using Choir.LoadTest.Reports.Model;
using Choir.Tests.Support;
using Spectre.Console;

namespace Choir.Tests.Unit.LoadTest;

public class RunSummaryTests
{
    [Fact]
    public void A_stress_test_says_which_figures_are_those_of_all_steps_and_which_those_of_the_knee()
    {
        var report = SampleLoadReport.Create();
        var text = Write(report with
        {
            Profile = report.Profile with { Kind = ProfileKind.Stress }, Figures = [new Figure("knee", "1/s", true, 60, [])],
        });

        Assert.Contains("All steps together:", text, StringComparison.Ordinal);
        Assert.Contains("Objectives in the knee's step:", text, StringComparison.Ordinal);
        Assert.DoesNotContain("step", Write(report), StringComparison.Ordinal);
    }

    [Fact]
    public void A_test_without_objectives_has_neither_passed_nor_failed()
    {
        var report = SampleLoadReport.Create();
        Assert.EndsWith("No objectives: neither passed nor failed.", Write(report with { Objectives = [] }).TrimEnd(), StringComparison.Ordinal);
        Assert.EndsWith("Passed.", Write(report with { Objectives = [report.Objectives[0]] }).TrimEnd(), StringComparison.Ordinal);
    }

    private static string Write(LoadReport report)
    {
        using var output = new StringWriter();
        RunSummary.Write(report, AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output), Ansi = AnsiSupport.No }));
        return output.ToString();
    }
}
