using Bunit;
using Choir.Actors.Inspection;
using Choir.Observatory;
using Choir.Observatory.Components.Flow;
using Choir.Observatory.Components.Pages;
using Choir.Observatory.Components.Parts;
using Choir.Observatory.Flow;
using Choir.Observatory.History;
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

    [Theory]
    [InlineData(true, "Of the latest 100")]
    [InlineData(false, "Times")]
    public void Failures_that_are_not_all_are_counted_as_a_part_of_the_latest(bool isCut, string heading)
    {
        var failures = Enumerable.Range(0, 100).Select(_ => Why.Snapshots.Failure("gateway", "DrillActor", "bad", "WORK", "It fails.")).ToArray();
        var table = Render<FailureTable>(parameters => parameters.Add(one => one.Failures, new MessagesView(failures, isCut, ScriptedCluster.Answers)));
        Assert.Equal((heading, "100"), (table.FindAll("th")[^1].TextContent, table.FindAll("td")[^1].TextContent));
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
        Assert.Equal("No alert is known to fire.", Table(new ObservatoryAlertList([], "test", null, "No alert is evaluated.")).Find(".empty").TextContent);
        Assert.Equal(
            ["", "Cart 7 is busy"],
            Table(new ObservatoryAlertList([Alert("Hot", "warning", "firing"), Alert("Hot", "warning", "firing") with { Detail = "Cart 7 is busy" }], "test", null, null))
                .FindAll("td.wrap").Select(cell => cell.TextContent));
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
    public void Alerts_of_several_instances_say_which_one_each_is()
    {
        Assert.Equal(
            ["instance: gateway:8080", "instance: host:8081", "instance: host:8082"],
            Instances(
                Alert("Health", ("job", "gateway"), ("instance", "gateway:8080")), Alert("Health", ("job", "host"), ("instance", "host:8081")),
                Alert("Health", ("job", "host"), ("instance", "host:8082")), Alert("Other", ("instance", "host:8082"))));
        Assert.Equal(["pool: a", "pool: none"], Instances(Alert("Pool", ("pool", "a"), ("severity", "critical")), Alert("Pool", ("severity", "critical"))));
        Assert.Equal(
            ["host: a, pool: x", "host: a, pool: y", "host: b, pool: x"],
            Instances(Alert("Pool", ("pool", "x"), ("host", "a")), Alert("Pool", ("pool", "y"), ("host", "a")), Alert("Pool", ("pool", "x"), ("host", "b"))));
        Assert.Empty(Instances(Alert("Same", ("host", "a")), Alert("Same", ("host", "a"))));
        Assert.Empty(Instances(Alert("Same", ("host", "a")), Alert("Same", ("host", "b")) with { State = "pending" }));

        IEnumerable<string> Instances(params ObservatoryAlert[] alerts)
        {
            var shown = Render<AlertTable>(part => part.Add(one => one.List, new ObservatoryAlertList(alerts, "test", null, null)));
            return shown.FindAll("[data-part=instance]").Select(instance => instance.TextContent);
        }
    }

    [Theory]
    [InlineData(null, "From test, as of 14:00:00 UTC")]
    [InlineData("what Alertmanager sent to this process", "From what Alertmanager sent to this process, as of 14:00:00 UTC")]
    public void The_source_of_alerts_is_in_words(string? words, string sentence) => Assert.Equal(
        sentence,
        Render<AlertTable>(part => part.Add(one => one.List, new ObservatoryAlertList([], "test", Time.GetUtcNow(), null) { SourceText = words })).Find("p.muted").TextContent);

    [Fact]
    public void Ended_alerts_of_several_instances_say_which_one_each_was_and_how_long_they_are_kept()
    {
        var history = new AlertHistory(Time);
        history.Record(new ObservatoryAlertList([Alert("Health", ("instance", "a")), Alert("Health", ("instance", "b"))], "test", Time.GetUtcNow(), null));
        Assert.Equal(
            "No alert has ended since 14:00:00 UTC, when this process began to watch them.",
            Render<EndedAlerts>(part => part.Add(one => one.History, history)).Find("p").TextContent);
        Time.Advance(TimeSpan.FromSeconds(5));
        history.Record(new ObservatoryAlertList([], "test", Time.GetUtcNow(), null));
        var ended = Render<EndedAlerts>(part => part.Add(one => one.History, history));
        Assert.Equal(["instance: a", "instance: b"], ended.FindAll("[data-part=instance]").Select(instance => instance.TextContent).Order());
        Assert.StartsWith("Those that ended since 14:00:00 UTC, when this process began to watch alerts.", ended.Find("p").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_type_without_a_handler_has_its_name_in_words_in_all_tables()
    {
        var hop = Hops.Hop(1, 0, 0, 1, outcome: "rejected") with { MessageType = "_unknown_" };
        Assert.Contains("unknown type", Render<HopTable>(part => part.Add(one => one.Hops, [hop])).Markup, StringComparison.Ordinal);
        Assert.DoesNotContain(">_unknown_<", Render<HopTable>(part => part.Add(one => one.Hops, [hop])).Markup, StringComparison.Ordinal);
        var failures = Render<FailureTable>(part => part.Add(one => one.Failures, new MessagesView([hop], false, ScriptedCluster.Answers)));
        Assert.Equal("unknown type", failures.Find("td.prose span[title]").TextContent);
        var figures = new FlowFigures([], [new FlowLink("gateway", "Cart", [new FlowMessage("gateway", "Cart", "_unknown_", 1, 0, 5)])], []);
        var flow = Render<FlowTable>(part => part.Add(one => one.Figures, figures).Add(one => one.LinkOf, message => $"flow?message={message.Type}"));
        Assert.Equal(("unknown type", "flow?message=_unknown_"), (flow.Find("tbody a").TextContent, flow.Find("tbody a").GetAttribute("href")));
        Assert.Equal(["unknown type"], FlowLabels.Lines(figures.Links[0], isDense: false));
    }

    private static ObservatoryAlert Alert(string name, params (string Name, string Value)[] labels) =>
        new(name, "critical", "firing", "It fails", labels.ToDictionary(label => label.Name, label => label.Value), default, default);

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
    public void A_call_that_failed_after_a_long_time_failed_at_its_end()
    {
        var table = Render<FailureTable>(part => part.Add(one => one.Failures, new MessagesView(
            [Hops.Hop(1, 0, 0, 40_000, outcome: "error") with { Error = "It took too long" }, Hops.Hop(2, 0, 9_000, 9_001, outcome: "timeout")], false, ScriptedCluster.Answers)));
        Assert.Equal(["12:00:40 UTC", "12:00:09 UTC"], table.FindAll("tbody tr").Select(row => row.Children[0].TextContent));
    }

    [Fact]
    public async Task Types_that_fail_are_before_busy_ones_and_the_page_says_how_many_there_are_besides()
    {
        Cluster.Types =
        [
            .. Enumerable.Range(0, 9).Select(i => ScriptedCluster.Type($"Busy{i}", rate: 100 - i)), ScriptedCluster.Type("Failed", rate: 0, errors: 3),
            ScriptedCluster.Type("Fails", rate: 0.1, errors: 1) with { ErrorShare = 1 },
        ];
        Cluster.Types = [.. Cluster.Types.Select(type => type with { LongestQueue = 0 })];
        await ReadAsync();
        var outcomes = Render<NowPage>().Find("[data-part=outcomes]");
        Assert.Equal(["Fails", "Failed", "Busy0"], outcomes.QuerySelectorAll("tbody td:first-child").Select(name => name.TextContent.Trim()).Take(3));
        Assert.EndsWith("then the busiest; 3 more: all types", outcomes.QuerySelector("p")!.TextContent, StringComparison.Ordinal);
        Cluster.Types = [.. Cluster.Types.Take(8)];
        await ReadAsync();
        Assert.EndsWith("since the hosts started.", Render<NowPage>().Find("[data-part=outcomes] p").TextContent.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_known_of_ordinary_grains_is_said_beside_what_waits()
    {
        Cluster.Stuck = Cluster.Stuck with
        {
            Handlers = [new StuckHandler("Cart", "7", "host-1", "PAY", null, null, Time.GetUtcNow(), 20_000, BlocksThread: true, "slow", null)],
            Deadlocks = [new DeadlockView(["left/l", "right/r", "left/l"], Time.GetUtcNow().AddSeconds(-20), "ILeft.Back", IsOver: false)],
        };
        await ReadAsync();
        var page = Render<WaitingPage>();
        Assert.EndsWith("than an actor blocks a thread", Words(page.Find("[data-part=handlers] tbody td:nth-child(4)")), StringComparison.Ordinal);
        Assert.Contains("Of ordinary grains, it is not known", page.Find("[data-part=possible-deadlocks]").TextContent, StringComparison.Ordinal);
        Assert.Contains("Without ObserveCallers, calls of ordinary grains are known only once they run", page.Find("[data-part=waits]").TextContent, StringComparison.Ordinal);
        Assert.Contains("Since 13:59:40 UTC, when ILeft.Back closed the cycle", page.Find("[data-part=deadlocks]").TextContent, StringComparison.Ordinal);

        static string Words(AngleSharp.Dom.IElement element) => string.Join(' ', element.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
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
