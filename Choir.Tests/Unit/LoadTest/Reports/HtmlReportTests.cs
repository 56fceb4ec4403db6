using System.Text.RegularExpressions;
using System.Xml.Linq;
using Choir.LoadTest.Comparing;
using Choir.LoadTest.Reports.Html;
using Choir.LoadTest.Reports.Model;
using Choir.Tests.Support;

namespace Choir.Tests.Unit.LoadTest.Reports;

public partial class HtmlReportTests
{
    [Fact]
    public void The_page_has_every_section_that_the_report_has_content_for()
    {
        var page = Page(Compared());

        Assert.Equal(
            [
                "Objectives", "Findings", "Comparison", "Latency and throughput", "Scenarios", "Stages", "Errors", "Hotspots",
                "Actor types", "Components", "Resources", "The run",
            ],
            page.Descendants("h2").Select(heading => heading.Value));
    }

    [Fact]
    public void The_verdict_is_at_the_head()
    {
        var page = Page(SampleLoadReport.Create());

        Assert.Equal("Failed: 2 of 4 objectives were missed", WithClass(page, "p", "verdict").Single().Value);
    }

    [Fact]
    public void There_is_a_chart_for_everything_that_was_measured_over_time()
    {
        var page = Page(SampleLoadReport.Create());

        Assert.Equal(
            [
                "Latency", "Percentiles of latency", "Throughput", "Errors", "Operations in flight", "CPU, cores", "Memory",
                "Managed heap", "Time in garbage collection", "Threads", "Thread pool queue", "Messages in queues", "CPU of the machine",
                "Memory of the machine", "Database size",
            ],
            page.Descendants("figcaption").Select(caption => caption.Element("h3")!.Value));
    }

    [Fact]
    public void Charts_are_described_for_those_who_cannot_see_them()
    {
        var page = Page(SampleLoadReport.Create());

        Assert.All(WithClass(page, "div", "plot"), plot => Assert.NotEmpty(plot.Attribute("aria-label")!.Value));
    }

    [Fact]
    public void Text_from_outside_is_shown_as_text()
    {
        var html = HtmlReport.Render(Hostile());

        var page = XDocument.Parse(html);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(page.Descendants().Attributes(), attribute => attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
        Assert.Contains("<script>alert(1)</script>", page.Descendants("h1").Single().Value, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_makes_no_request_and_runs_no_script()
    {
        var html = HtmlReport.Render(Hostile());
        var page = XDocument.Parse(html);

        Assert.Empty(page.Descendants("script"));
        Assert.All(
            page.Descendants().Attributes().Where(attribute => attribute.Name.LocalName is "href" or "src" or "srcset" or "action"),
            attribute => Assert.Matches("^(#[a-z]+|data:,)$", attribute.Value));
        Assert.DoesNotContain("url(", html, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_link_within_the_page_has_its_target_and_ids_are_unique()
    {
        var page = Page(Compared());

        var ids = page.Descendants().Attributes("id").Select(id => id.Value).ToArray();
        Assert.Equal(ids, ids.Distinct());
        Assert.All(page.Descendants("a"), link => Assert.Contains(link.Attribute("href")!.Value[1..], ids));
    }

    [Fact]
    public void A_report_of_an_hour_with_many_processes_is_a_file_of_bounded_size()
    {
        var hour = SampleLoadReport.Create(seconds: 3_600, actorTypes: 200);
        var many = hour with
        {
            System = hour.System! with { Processes = [.. Enumerable.Range(0, 50).Select(index => hour.System!.Processes[index % 4] with { Name = $"host-{index}" })] },
        };

        Assert.InRange(HtmlReport.Render(many).Length, 1, 3_000_000);
    }

    [Fact]
    public void A_run_of_which_nothing_was_measured_still_has_a_page()
    {
        var page = Page(SampleLoadReport.Create() with
        {
            Interrupted = true, Seconds = 0, Objectives = [], Figures = [], Stages = [], Scenarios = [], Timeline = [], System = null, Notes = [],
        });

        Assert.Equal("Ended before its time", WithClass(page, "p", "verdict").Single().Value);
        Assert.Equal(["The run"], page.Descendants("h2").Select(heading => heading.Value));
    }

    [Fact]
    public void A_saturated_generator_is_said_at_the_head()
    {
        var page = Page(SampleLoadReport.Create() with { Generator = new GeneratorState(true, "It used 1.9 of 2 cores.", 0.4, 1.9, 100) });

        Assert.Contains(WithClass(page, "p", "warning"), warning => warning.Value == "The load generator itself limited the result: It used 1.9 of 2 cores.");
    }

    [Fact]
    public void No_number_is_written_in_a_form_that_browsers_do_not_read()
    {
        var empty = new LatencyFigures(0, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);
        var report = SampleLoadReport.Create();
        var html = HtmlReport.Render(report with
        {
            Scenarios = [.. report.Scenarios.Select(scenario => scenario with { Latency = empty, Percentiles = [[], [50, double.NaN], [double.NaN, 1]] })],
            System = report.System! with
            {
                ActorTypes = [.. report.System.ActorTypes.Select(type => type with { Queue = empty, QueueSeconds = double.NaN })],
                Components = [.. report.System.Components.Select(component => component with { Latency = empty with { Count = 5 } })],
                Hotspots = [new Hotspot("cpu", "x", double.NaN, ""), new Hotspot("cpu", "y", 7, "")],
            },
        });

        Assert.DoesNotMatch(OddNumber(), html);
    }

    private static LoadReport Compared()
    {
        var now = SampleLoadReport.Create(seed: 2);
        return now with { Comparison = RunComparer.Compare(SampleLoadReport.Create(seed: 1), now, calibration: null) };
    }

    private static LoadReport Hostile()
    {
        const string bad = HostileText.Value;
        var report = Compared();
        return report with
        {
            Profile = report.Profile with { Name = bad, Stages = [.. report.Profile.Stages.Select(stage => stage with { Name = bad })] },
            Target = bad,
            Notes = [bad],
            Machine = report.Machine with { Os = bad },
            Figures = [.. report.Figures, new Figure(bad, bad, true, 1, [])],
            Objectives = [new ObjectiveResult(report.Profile.Objectives[0] with { Figure = bad }, 1, Met: false)],
            Stages = [.. report.Stages.Select(stage => stage with { Name = bad })],
            Scenarios = [.. report.Scenarios.Select(scenario => scenario with { Name = bad, Errors = [new ErrorCount(bad, 1, bad)] })],
            Comparison = report.Comparison! with
            {
                Warnings = [bad],
                Figures = [new FigureComparison(bad, bad, 1, 2, 2, 0.1, 0.001, Change.Worse)],
            },
            System = report.System! with
            {
                Processes = [.. report.System.Processes.Select(process => process with { Name = bad, Service = bad })],
                ActorTypes = [.. report.System.ActorTypes.Select(type => type with { ActorType = bad })],
                Components = [.. report.System.Components.Select(component => component with { Component = bad, Name = bad })],
                Hotspots = [new Hotspot(bad, bad, 0.5, bad)],
                Unreachable = [bad],
            },
        };
    }

    private static XDocument Page(LoadReport report) => XDocument.Parse(HtmlReport.Render(report));

    private static IEnumerable<XElement> WithClass(XDocument page, string element, string name) =>
        page.Descendants(element).Where(found => found.Attribute("class")?.Value.Split(' ').Contains(name) == true);

    [GeneratedRegex("\"[^\"<>]*(NaN|∞|Infinity)[^\"<>]*\"")]
    private static partial Regex OddNumber();
}
