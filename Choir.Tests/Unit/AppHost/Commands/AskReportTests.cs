using Choir.AppHost.Commands;
using Choir.Contracts.Threads;
using Choir.Tests.Support;

namespace Choir.Tests.Unit.AppHost.Commands;

public class AskReportTests
{
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";

    private static readonly InputAccepted Accepted = new("thread-1", "cycle-1", "correlation-1", TraceId, CycleStatus.Running);

    private static readonly Uri TracePage = new($"http://localhost:18888/traces/detail/{TraceId}");

    [Fact]
    public void The_report_has_answer_sources_phases_trace_and_anchor()
    {
        var report = Report(Cycle("Because."), new AnswerSource(new CycleSource("thread-0", "cycle-0", 0.25), "Why?"));
        var text = RenderedMarkdown.TextOf(report);
        Assert.Contains("Because.", text, StringComparison.Ordinal);
        Assert.Equal(["Why?", "0.250", "<code>thread-0</code>"], RenderedMarkdown.CellsOf(report));
        Assert.Contains("Action 12 ms → Yield 3.5 ms", text, StringComparison.Ordinal);
        Assert.Contains($"<a href=\"{TracePage}\">", RenderedMarkdown.Html(report), StringComparison.Ordinal);
        Assert.Contains("GET /traces/correlation-1", text, StringComparison.Ordinal);
        Assert.Contains("Confirmed in block 7, transaction 0xabc.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_dashboard_the_report_has_a_command_for_the_trace()
    {
        var report = AskReport.Of(new ConversationOutcome(Accepted, Cycle("Because."), []), trace: null);
        Assert.Contains($"`dotnet aspire otel traces --trace-id {TraceId}`", report, StringComparison.Ordinal);
        Assert.DoesNotContain("](", report, StringComparison.Ordinal);
    }

    [Fact]
    public void An_answer_cannot_forge_the_sections_after_it()
    {
        var report = Report(Cycle("Fine.\n\n### Anchor on the chain\n\n[Confirmed](http://example.test) <b>in block 9</b>\n"));
        var html = RenderedMarkdown.Html(report);
        Assert.Single(html.Split("<h3>Anchor on the chain</h3>").Skip(1));
        Assert.DoesNotContain("<a href=\"http://example.test", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AnchorStatus.Pending, "Pending")]
    [InlineData(AnchorStatus.Submitted, "Submitted, not confirmed yet")]
    [InlineData(AnchorStatus.Failed, "Failed: out of gas")]
    [InlineData(AnchorStatus.Stuck, "Stuck, tried again later: out of gas")]
    public void An_unconfirmed_anchor_is_shown_with_its_status(AnchorStatus status, string says)
    {
        var anchor = new AnchorView(status, "0xabc", null, null, null, null, status is AnchorStatus.Failed or AnchorStatus.Stuck ? "out of gas" : null);
        Assert.Contains(says, RenderedMarkdown.TextOf(Report(Cycle("Because.") with { Anchor = anchor })), StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_cycle_is_shown_with_its_error()
    {
        var failed = Cycle("") with { Status = CycleStatus.Failed, Result = null, Error = "The model | is away" };
        Assert.Contains("The cycle failed: The model | is away", RenderedMarkdown.TextOf(Report(failed)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_running_cycle_is_shown_with_its_address()
    {
        var text = RenderedMarkdown.TextOf(AskReport.Of(new ConversationOutcome(Accepted, null, []), TracePage));
        Assert.Contains("Not completed within 30 s", text, StringComparison.Ordinal);
        Assert.Contains("GET /threads/thread-1/cycles/cycle-1", text, StringComparison.Ordinal);
    }

    private static string Report(CycleView cycle, params AnswerSource[] sources) =>
        AskReport.Of(new ConversationOutcome(Accepted, cycle, sources), TracePage);

    private static CycleView Cycle(string answer) => new(
        Accepted.ThreadId, Accepted.CycleId, Accepted.CorrelationId, TraceId, CycleStatus.Completed, "Why is that?",
        DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch,
        [
            new PhaseView(Phase.Action, PhaseStatus.Completed, "x", [], DateTimeOffset.UnixEpoch, 12.3),
            new PhaseView(Phase.Yield, PhaseStatus.Completed, "x", [], DateTimeOffset.UnixEpoch, 3.456),
        ],
        new CycleResult(answer, [new CycleSource("thread-0", "cycle-0", 0.25)]),
        new AnchorView(AnchorStatus.Confirmed, "0xabc", 7, 50_000, "0xdef", "0x123", null), null);
}
