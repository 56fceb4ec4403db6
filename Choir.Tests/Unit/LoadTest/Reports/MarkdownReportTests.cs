using Choir.LoadTest.Comparing;
using Choir.LoadTest.Profiles;
using Choir.LoadTest.Reports.Markdown;
using Choir.LoadTest.Reports.Model;
using Choir.Tests.Support;

namespace Choir.Tests.Unit.LoadTest.Reports;

public class MarkdownReportTests
{
    [Fact]
    public void The_first_line_says_whether_it_passed()
    {
        var failed = SampleLoadReport.Create();
        var passed = failed with { Objectives = [failed.Objectives[0]] };

        Assert.StartsWith("## ❌ Load test `spike` failed: 2 of 4 objectives were missed\n", MarkdownReport.Render(failed), StringComparison.Ordinal);
        Assert.StartsWith("## ✅ Load test `spike` passed: its objective was met\n", MarkdownReport.Render(passed), StringComparison.Ordinal);
        Assert.StartsWith(
            "## ⚠️ Load test `spike` ended before its time\n", MarkdownReport.Render(passed with { Interrupted = true }), StringComparison.Ordinal);
    }

    [Fact]
    public void Missed_objectives_are_first()
    {
        var cells = RenderedMarkdown.CellsOf(MarkdownReport.Render(SampleLoadReport.Create()));

        Assert.Equal(["<code>errors.share</code>", "at most 1 %", "1.31 %", "❌ missed", "<code>events.p95</code>", "at most 500 ms", "–", "❌ not measured"], cells.Take(8));
    }

    [Fact]
    public void The_address_can_be_read_in_a_terminal_too() =>
        Assert.Contains(" · `http://localhost:5080` · ", MarkdownReport.Render(SampleLoadReport.Create() with { Target = "http://localhost:5080" }), StringComparison.Ordinal);

    [Fact]
    public void A_comparison_lists_only_what_has_changed()
    {
        var report = SampleLoadReport.Create() with
        {
            Comparison = new RunComparison(Guid.Empty, new DateTimeOffset(2026, 11, 27, 9, 0, 0, TimeSpan.Zero), true, ["The baseline had other rates or stages."],
            [
                new FigureComparison("rate", "1/s", 50, 60, 1.2, 0.05, 0.0001, Change.Better),
                new FigureComparison("p99", "s", 1, 1.5, 1.5, 0.2, 0.0002, Change.Worse),
                new FigureComparison("p50", "s", 0.1, 0.1, 1, 0.2, 0.9, Change.Same),
            ]),
        };

        var text = MarkdownReport.Render(report);

        Assert.Contains("### Compared with the run of 2026-11-27 09:00 UTC: 1 worse, 1 better, 1 the same\n", text, StringComparison.Ordinal);
        Assert.Contains("| `p99` | 1 s | 1.5 s | +50 % | ± 20 % | 🔴 worse |\n| `rate` | 50/s | 60/s | +20 % | ± 5 % | 🟢 better |\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("`p50`", text, StringComparison.Ordinal);
        Assert.Contains("other rates", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_scenario_and_a_stage_without_success_have_no_latency()
    {
        var report = SampleLoadReport.Create();
        var none = new LatencyFigures(0, 0, 0, 0, 0, 0, 0, 0);
        var text = MarkdownReport.Render(report with
        {
            Scenarios = [report.Scenarios[0] with { Succeeded = 0, Rate = 0, Latency = none }],
            Stages = [report.Stages[0], report.Stages[1] with { Rate = 0, Latency = none }],
        });

        Assert.Contains("| `conversation` | 0/s | – | – | – | – | 100 % |\n", text, StringComparison.Ordinal);
        Assert.Contains("| `spike` | 500/s | 0/s | – | – |", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stress_test_says_which_figures_are_those_of_the_knee()
    {
        var report = SampleLoadReport.Create();
        var stress = report with
        {
            Profile = report.Profile with { Kind = ProfileKind.Stress }, Figures = [.. report.Figures, new Figure("knee", "1/s", true, 60, [])],
        };
        var text = MarkdownReport.Render(stress);

        Assert.Contains("In the knee's step: **", text, StringComparison.Ordinal);
        Assert.Contains("| objective, in the knee's step | limit |", text, StringComparison.Ordinal);
        Assert.Contains("| scenario, all steps together | rate |", text, StringComparison.Ordinal);
        Assert.Contains("| objective, in the first step | limit |", MarkdownReport.Render(stress with { Figures = report.Figures }), StringComparison.Ordinal);
        Assert.DoesNotContain("step", MarkdownReport.Render(report), StringComparison.Ordinal);
    }

    [Fact]
    public void It_fits_into_a_comment_however_much_was_measured()
    {
        var report = SampleLoadReport.Create();
        IReadOnlyList<T> Many<T>(T one) => [.. Enumerable.Repeat(one, 5_000)];
        var huge = report with
        {
            Objectives = Many(report.Objectives[1]),
            Notes = Many(new string('x', 10_000)),
            Stages = Many(report.Stages[0] with { Name = new string('s', 10_000) }),
            Scenarios = Many(report.Scenarios[0] with { Errors = [new ErrorCount(new string('|', 9_000), 1, new string('|', 9_000))] }),
            System = report.System! with { Hotspots = [.. Enumerable.Range(0, 5_000).Select(index => new Hotspot($"{index}", new string('_', 9_000), 1, ""))] },
            Comparison = new RunComparison(Guid.Empty, default, false, Many(new string('&', 9_000)),
                Many(new FigureComparison(new string('<', 9_000), "s", 1, 2, 2, 0.1, 0, Change.Worse))),
        };

        Assert.InRange(MarkdownReport.Render(huge).Length, 1, 65_536);
    }

    [Fact]
    public void Text_from_outside_is_shown_as_text()
    {
        const string bad = HostileText.Value;
        var report = SampleLoadReport.Create();
        var plain = Tags(report);

        var hostile = report with
        {
            Profile = report.Profile with { Name = bad },
            Target = bad,
            Notes = [bad, "1. " + bad, "- " + bad, "+ " + bad],
            Stages = [.. report.Stages.Select(stage => stage with { Name = bad })],
            Scenarios = [.. report.Scenarios.Select(scenario => scenario with { Name = bad, Errors = [new ErrorCount(bad, 1, bad)] })],
            System = report.System! with { Hotspots = [new Hotspot(bad, bad, 0.5, bad)] },
        };

        Assert.Subset(plain, Tags(hostile));
        var text = MarkdownReport.Render(hostile);
        Assert.DoesNotContain("@everyone", text, StringComparison.Ordinal);
        Assert.Contains("</title></style><script>alert(1)</script>", RenderedMarkdown.TextOf(text), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_row_of_a_table_has_as_many_cells_as_its_head()
    {
        var now = SampleLoadReport.Create(seed: 2);
        var text = MarkdownReport.Render(now with
        {
            Comparison = RunComparer.Compare(SampleLoadReport.Create(), now, null),
            Scenarios = [.. now.Scenarios.Select(scenario => scenario with { Name = "a|b", Errors = [new ErrorCount("x\\|y", 1, "|")] })],
        });

        foreach (var table in text.Split("\n\n").Where(part => part.StartsWith('|')))
        {
            Assert.Single(table.Split('\n').Select(row => row.Count(character => character == '|')).Distinct());
        }
    }

    private static HashSet<string> Tags(LoadReport report) => [.. RenderedMarkdown.TagsOf(MarkdownReport.Render(report))];
}
