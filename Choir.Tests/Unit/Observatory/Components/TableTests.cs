using Bunit;
using Choir.Actors.Inspection;
using Choir.Observatory;
using Choir.Observatory.Components.Flow;
using Choir.Observatory.Components.Pages;
using Choir.Observatory.Components.Parts;
using Choir.Observatory.Flow;
using Choir.Tests.Unit.Observatory.Traces;
using Microsoft.Extensions.Logging;

namespace Choir.Tests.Unit.Observatory.Components;

/// <summary>Tables: sorted, filtered, empty, and with what cannot be read.</summary>
public sealed class TableTests : LiveComponentTestBase
{
    [Fact]
    public async Task Types_are_sorted_by_rate_and_by_the_column_that_is_clicked()
    {
        Cluster.Types = [ScriptedCluster.Type("Slow", rate: 1, p95: 900), ScriptedCluster.Type("Busy", rate: 9, p95: 5), ScriptedCluster.Type("Idle", rate: 0, p95: null)];
        await ReadAsync();
        var page = Render<ActorsPage>();
        Assert.Equal(["Busy", "Slow", "Idle"], Names());
        page.FindAll("th button").Single(button => button.TextContent == "p95").Click();
        Assert.Equal(["Slow", "Busy", "Idle"], Names());
        Assert.Equal("descending", page.FindAll("th")[4].GetAttribute("aria-sort"));
        page.FindAll("th button")[4].Click();
        Assert.Equal(["Idle", "Busy", "Slow"], Names());
        page.FindAll("th button")[0].Click();
        Assert.Equal(["Busy", "Idle", "Slow"], Names());

        IEnumerable<string> Names() => page.FindAll("tbody tr").Select(row => row.GetAttribute("data-type")!);
    }

    [Fact]
    public async Task Types_are_filtered_by_a_part_of_their_name_and_it_says_if_none_has_it()
    {
        Cluster.Types = [ScriptedCluster.Type("ThreadActor"), ScriptedCluster.Type("LedgerActor")];
        await ReadAsync();
        var page = Render<ActorsPage>();
        page.Find("input").Input(" thread ");
        Assert.Equal("ThreadActor", Assert.Single(page.FindAll("tbody tr")).GetAttribute("data-type"));
        page.Find("input").Input("<b>nothing</b>");
        Assert.Empty(page.FindAll("tbody tr"));
        Assert.Equal("No type has such a name.", page.Find("p.empty").TextContent);
    }

    [Fact]
    public async Task Without_figures_the_page_says_why_and_a_new_system_has_no_types()
    {
        Assert.Equal("Reading the actor hosts.", Render<ActorsPage>().Find("p.empty").TextContent);
        Cluster.Types = null;
        await ReadAsync();
        Assert.Equal("No actor host answers.", Render<ActorsPage>().Find("p.empty").TextContent);
        Cluster.Types = [];
        await ReadAsync();
        Assert.Equal("The hosts have no actor types yet.", Render<ActorsPage>().Find("p.empty").TextContent);
    }

    [Fact]
    public void Messages_of_the_flow_are_sorted_and_the_first_are_shown_until_all_are_wanted()
    {
        var messages = Enumerable.Range(0, 40).Select(i => new FlowMessage("gateway", "Cart", $"M{i:00}", i, 0, 40 - i)).ToArray();
        var table = Render<FlowTable>(part => part.Add(one => one.Figures, new FlowFigures([], [new FlowLink("gateway", "Cart", messages)], []))
            .Add(one => one.LinkOf, message => $"flow?message={message.Type}"));
        Assert.Equal((25, "M39"), (Rows().Count, Rows()[0]));
        table.FindAll("th button").Single(button => button.TextContent == "p95").Click();
        Assert.Equal("M00", Rows()[0]);
        table.Find("p button").Click();
        Assert.Equal(40, Rows().Count);
        Assert.Empty(table.FindAll("p button"));

        IReadOnlyList<string> Rows() => [.. table.FindAll("tbody a").Select(link => link.TextContent)];
    }

    [Fact]
    public void Alerts_are_sorted_by_state_and_severity_and_what_is_not_known_is_said()
    {
        Assert.Equal("Reading the alerts.", Table(null).Find(".empty").TextContent);
        Assert.Equal("No alert fires.", Table(new ObservatoryAlertList([], "test", null, null)).Find(".empty").TextContent);
        var table = Table(new ObservatoryAlertList(
            [Alert("Pending", "critical", "pending"), Alert("Info", "", "firing"), Alert("Warn", "warning", "firing"), Alert("<b>Worst</b>", "critical", "firing")], "test", null, "The source is away."));
        Assert.Equal(["<b>Worst</b>", "Warn", "Info", "Pending"], table.FindAll("tbody td:first-child").Select(name => name.TextContent.Trim()));
        Assert.Equal("The source is away.", table.Find(".notice").TextContent);
        Assert.Equal("0 s", table.FindAll("tbody td")[4].TextContent);

        IRenderedComponent<AlertTable> Table(ObservatoryAlertList? list) => Render<AlertTable>(part => part.Add(one => one.List, list));
        ObservatoryAlert Alert(string name, string severity, string state) =>
            new(name, severity, state, "", new Dictionary<string, string>(), Time.GetUtcNow().AddMinutes(5), default);
    }

    [Fact]
    public void Failures_with_the_same_cause_are_one_row_with_the_latest_of_them()
    {
        Assert.Equal("Reading the flight recorders.", Table(null).Find(".empty").TextContent);
        Assert.Equal("No failed message is on record.", Table([]).Find(".empty").TextContent);
        var table = Table(
        [
            Hops.Hop(1, 0, 0, 1, outcome: "error") with { Error = "Cart 17 is <b>empty</b>" }, Hops.Hop(2, 0, 9_000, 9_001, outcome: "error") with { Error = "Cart 18 is <b>empty</b>" },
            Hops.Hop(3, 0, 5_000, 5_001, outcome: "timeout"),
        ]);
        Assert.Equal([("12:00:09 UTC", "2"), ("12:00:05 UTC", "1")], table.FindAll("tbody tr").Select(row => (row.Children[0].TextContent, row.Children[2].TextContent)));
        Assert.Equal(["Cart 18 is <b>empty</b>", "timeout"], table.FindAll("tbody .muted").Select(error => error.TextContent));

        IRenderedComponent<FailureTable> Table(IReadOnlyList<MessageHop>? hops) =>
            Render<FailureTable>(part => part.Add(one => one.Failures, hops is null ? null : new MessagesView(hops, false, ScriptedCluster.Answers)));
    }

    [Fact]
    public void Log_records_are_text_with_their_exception_folded_and_what_is_missing_is_said()
    {
        var record = new ActorLogRecord(
            Hops.Start, LogLevel.Error, "failed", "<script>alert(1)</script>", "first <i>line</i>\nsecond", "Test", "host-1", "Cart", "7", null, null, null);
        var table = Render<LogTable>(part => part.Add(one => one.Logs, new LogsView([record], IsCut: true, new HostAnswers([], ["host-2"]))));
        Assert.Empty(table.FindAll("script, i"));
        Assert.Equal("first <i>line</i>", table.Find("summary").TextContent);
        Assert.Equal("first <i>line</i>\nsecond", table.Find("pre").TextContent);
        Assert.Equal(
            ["Only the latest 1 records are shown.", "Without the records of host-2, which did not answer."], table.FindAll("p.muted").Select(text => text.TextContent));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Hosts_that_keep_no_log_records_are_named_instead_of_a_reason_that_is_not_theirs(bool doesAnotherKeep)
    {
        var hosts = new HostAnswers(doesAnotherKeep ? ["host-1", "host-2"] : ["host-1"], []);
        var logs = new LogsView([], IsCut: false, hosts) { HostsWithoutRecords = ["host-1"] };
        var table = Render<LogTable>(part => part.Add(one => one.Logs, logs).Add(one => one.Empty, "No record is kept."));
        Assert.Equal(doesAnotherKeep ? 1 : 0, table.FindAll("p.empty").Count);
        Assert.StartsWith("host-1 keeps no log records", table.Find("p.muted").TextContent, StringComparison.Ordinal);
    }
}
