using Choir.AppHost.Commands;
using Choir.Tests.Support;

namespace Choir.Tests.Unit.AppHost.Commands;

public class InspectionReportsTests
{
    private static readonly AnsweringHosts AllHosts = new(["host-1", "host-2"], []);

    [Fact]
    public void Without_stuck_actors_the_report_is_one_sentence() =>
        Assert.Equal("Nothing is stuck.", InspectionReports.Stuck(new StuckActors(10_000, [], [], [], false, [], null, AllHosts)));

    [Fact]
    public void Hosts_that_did_not_answer_are_named() =>
        Assert.Contains(
            "These hosts did not answer: host-2 (10.0.0.2:1)",
            RenderedMarkdown.TextOf(InspectionReports.Stuck(
                new StuckActors(10_000, [], [], [], false, [], null, new AnsweringHosts(["host-1"], ["host-2 (10.0.0.2:1)"])))),
            StringComparison.Ordinal);

    [Fact]
    public void Stuck_handlers_chains_and_deadlocks_are_shown_with_any_ids()
    {
        var report = InspectionReports.Stuck(new StuckActors(
            10_000,
            [new StuckHandler("Counter", "a|b`<i>", "host-1", null, 61_400, BlocksThread: true, "slow", new HandlerStack(
                [new AwaitFrame("method", "Counter.Add", "/src/Counter|.cs", 7, null), new AwaitFrame("ask", "Counter/2", null, null, "GET")]))],
            [new WaitChain(["Counter/1", "Counter/x|y"], ["ADD"], 12_000, IsHeldUp: true)],
            [new Deadlock(["A/1", "B/1", "A/1"], DateTimeOffset.UnixEpoch, "ADD", IsOver: false)],
            IsCut: true,
            [new Quarantine("Counter", null, "ADD", "pause", "It fails.", DateTimeOffset.UnixEpoch)],
            [new PossibleDeadlock([new AskStep("A", "B", ["ADD", "GET"]), new AskStep("B", "A", ["PUT"])])],
            AllHosts));
        Assert.Equal(
            [
                "Counter/a|b`<i>", "(timer)", "blocks its thread", "61.4 s", "Counter|.cs:7, awaits GET from Counter/2", "host-1",
                "Counter/1 → Counter/x|y", "ADD", "12 s",
                "A/1 → B/1 → A/1", "ADD", "1970-01-01 00:00:00 UTC", "<strong>not resolved</strong>",
                "A asks B (ADD, GET), B asks A (PUT)",
                "Counter/(all)", "ADD", "pause", "1970-01-01 00:00:00 UTC", "It fails.",
            ],
            RenderedMarkdown.CellsOf(report));
        Assert.Contains("Further entries are not shown.", report, StringComparison.Ordinal);
    }

    [Fact]
    public void The_flow_is_sorted_by_rate()
    {
        var report = InspectionReports.Flow(new MessageFlow(
            59.9, [Edge("quiet", 0.5), Edge("busy", 1_234.5), Edge("silent", 0, p50: null)], AllHosts));
        Assert.Contains("The last 60 s", report, StringComparison.Ordinal);
        Assert.Equal(["busy", "quiet", "silent"], RenderedMarkdown.CellsOf(report).Chunk(9).Select(row => row[0]));
        Assert.Equal(["busy", "Counter", "ADD", "1,234.5", "1.3", "12", "120", "3", "0.5"], RenderedMarkdown.CellsOf(report).Take(9));
        Assert.Equal("–", RenderedMarkdown.CellsOf(report)[2 * 9 + 4]);
    }

    [Fact]
    public void A_large_flow_is_truncated_and_the_rest_counted() =>
        Assert.EndsWith(
            "And 70 more.",
            InspectionReports.Flow(new MessageFlow(60, [.. Enumerable.Range(0, 120).Select(i => Edge($"type{i}", i))], AllHosts)),
            StringComparison.Ordinal);

    [Fact]
    public void Each_dead_letter_is_shown_in_one_line_with_its_reason()
    {
        var detail = "No handler\n| takes | it |\n" + new string('x', 10_000);
        var report = InspectionReports.DeadLetters(new DeadLetterPage(
            [new DeadLetter("id-1", "Counter", "1", "no_handler", detail, DateTimeOffset.UnixEpoch, "ADD", DateTimeOffset.UnixEpoch)],
            Next: "id-1"));
        var cells = RenderedMarkdown.CellsOf(report);
        Assert.Equal(["1970-01-01 00:00:00 UTC", "ADD", "Counter/1", "no_handler"], cells.Take(4));
        Assert.StartsWith("No handler | takes | it | xxx", cells[4], StringComparison.Ordinal);
        Assert.InRange(cells[4].Length, 100, 160);
        Assert.Equal("<code>id-1</code> (replayed)", cells[5]);
        Assert.Equal("There are no dead letters.", InspectionReports.DeadLetters(new DeadLetterPage([], null)));
    }

    private static FlowEdge Edge(string source, double rate, double? p50 = 1.26) =>
        new(source, "Counter", "ADD", rate, p50, 12.1, 120.4, 10, 3, 0.5);
}
