using System.Text.Json.Nodes;
using Choir.Observatory;
using Choir.Observatory.Runbooks;
using Choir.Tests.Observability.Alerting;
using Choir.Tests.Support;

namespace Choir.Tests.Unit.Observatory.Runbooks;

public sealed class RunbookTests
{
    public static TheoryData<string> Shipped => [.. Directory.GetFiles(Folder, "*.md").Select(file => Path.GetFileNameWithoutExtension(file)!).Where(name => name != "README")];

    private static string Folder => Repository.At("docs/runbooks");

    [Theory]
    [MemberData(nameof(Shipped))]
    public void The_parts_of_a_shipped_runbook_are_its_whole_text_and_have_queries(string name)
    {
        var text = File.ReadAllText(Path.Combine(Folder, $"{name}.md"));
        var runbook = Runbook.Parse(text);
        Assert.Equal(text, runbook.Before + string.Join('\n', runbook.Steps.Select(step => step.Text)) + runbook.After);
        Assert.InRange(runbook.Steps.Sum(step => step.Queries.Count), 1, Runbook.MaxQueries - 1);
        Assert.DoesNotContain(runbook.Steps.SelectMany(step => step.Queries), query => query.Text.Contains("event", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("- By type: `max by (actor_type) (message_queue_longest)`, and its trend: `deriv(message_queue_longest[10m])`", "max by (actor_type) (message_queue_longest)", "deriv(message_queue_longest[10m])")]
    [InlineData("- `curl -sS localhost:5080/health` and `actor_error_rate`", "/health", "actor_error_rate")]
    [InlineData("- `curl -sS -H \"Authorization: Bearer $CHOIR_API_KEY\" localhost:5080/actors/TYPE` (`hottest.byQueueLength`), then\n  `localhost:5080/actors/TYPE/ID`: `queueLength`", "/actors/TYPE", "/actors/TYPE/ID")]
    [InlineData("- The messages: `GET /traces/CORRELATION_ID`", "/traces/CORRELATION_ID")]
    [InlineData("- Burn rate: `slo:cycle_latency:burn_rate5m`", "slo:cycle_latency:burn_rate5m")]
    [InlineData("- `sum(rate(instance:cycle_failures:total[6h]))\n  / sum(rate(x_count[6h]))` for hours", "sum(rate(instance:cycle_failures:total[6h])) / sum(rate(x_count[6h]))")]
    [InlineData("- `prometheus_rule_group_last_duration_seconds > prometheus_rule_group_interval_seconds`", "prometheus_rule_group_last_duration_seconds > prometheus_rule_group_interval_seconds")]
    [InlineData("- `up{job=\"choir\"}` or `ALERTS{alertstate=\"firing\"}`", "up{job=\"choir\"}", "ALERTS{alertstate=\"firing\"}")]
    [InlineData("- Logs: `event` = `actor_message_queue_growing`, fields `actor_type`, `sum(queue_size)`")]
    [InlineData("- Reasons, in psql: `SELECT status, count(*) FROM ledger_outbox`")]
    [InlineData("- Free space: `df -h`, and `curl -sS http://ADDRESS/health` of a host")]
    [InlineData("- The node: `curl -sS -H 'Content-Type: application/json' localhost:5080/why -d '{\"id\":1}'`")]
    [InlineData("- `transaction_type=\"deploy\"`, `Actors:MailboxCapacity`, `offset 1d`, `amtool alert query --alertmanager.url=http://localhost:9093`")]
    public void Queries_are_told_from_other_code(string step, params string[] queries) =>
        Assert.Equal(queries, RunbookQuery.Find(step).Select(query => query.Text));

    [Theory]
    [InlineData("- Memory: `a_b_bytes`, `c_d` of that\n  `instance`.", "instance")]
    [InlineData("- Memory: `a_b_bytes`, `c_d` of each `instance`.", null)]
    public void A_step_may_limit_its_series_to_those_of_the_alert(string step, string? label) =>
        Assert.Equal([("a_b_bytes", label), ("c_d", label)], RunbookQuery.Find(step).Select(query => (query.Text, query.OfLabel)));

    [Fact]
    public void A_runbook_without_steps_is_all_text_and_many_queries_are_bounded()
    {
        Assert.Equal(("# A\n\ntext `GET /flow`\n", "", 0), (Runbook.Parse("# A\r\n\r\ntext `GET /flow`\r\n") is var plain ? plain.Before : "", plain.After, plain.Steps.Count));
        Assert.Empty(Runbook.Parse("").Steps);
        Assert.Empty(Runbook.Parse("## Confirm").Steps);
        var many = Runbook.Parse("## Confirm\n" + string.Concat(Enumerable.Range(0, 100).Select(i => $"- `rate(a{i}[5m])`\n")) + "\n## What to do\nNothing.");
        Assert.Equal((100, Runbook.MaxQueries), (many.Steps.Count, many.Steps.Sum(step => step.Queries.Count)));
        Assert.Equal("\n## What to do\nNothing.", many.After);
    }

    [Fact]
    public void The_fields_that_a_step_names_are_selected_with_what_they_belong_to()
    {
        var answer = JsonNode.Parse("""{"types":[{"type":"A","errorShare":0.5,"count":3},{"type":"B","errorShare":0,"count":4}],"hosts":{"answered":["h"],"missing":[]},"other":{"missing":1}}""");
        Assert.Equal(
            """{"types":[{"type":"A","errorShare":0.5},{"type":"B","errorShare":0}],"hosts":{"missing":[]}}""",
            FieldSelection.Select(answer, ["errorShare", "hosts.missing"])!.ToJsonString());
        Assert.Same(answer, FieldSelection.Select(answer, ["nothing.of.it", "max"]));
        Assert.Same(answer, FieldSelection.Select(answer, []));
        Assert.Null(FieldSelection.Select(null, ["a"]));
        Assert.Equal("1", FieldSelection.Select(JsonValue.Create(1), ["a"])!.ToJsonString());
    }

    [Fact]
    public void Placeholders_stand_for_labels_of_an_alert_that_has_all_of_them()
    {
        ObservatoryAlert[] alerts = [Alert(("actor_type", "A")), Alert(("actor_type", "B"), ("actor_id", "x/y z"))];
        Assert.Equal(("/actors/A", null), RunbookTarget.Fill("/actors/TYPE", alerts));
        Assert.Equal(("/actors/B/x%2Fy%20z", null), RunbookTarget.Fill("/actors/TYPE/ID", alerts));
        Assert.Equal(("/actors/A", null), RunbookTarget.Fill("/actors/TYPE", [Alert(), .. alerts]));
        Assert.Equal(("/actors/TYPE/ID", "ID"), RunbookTarget.Fill("/actors/TYPE/ID", [Alert(), alerts[0]]));
        Assert.Equal(("/actors/TYPE/ID", "TYPE"), RunbookTarget.Fill("/actors/TYPE/ID", []));
        Assert.Equal(("/traces/CORRELATION_ID", "CORRELATION_ID"), RunbookTarget.Fill("/traces/CORRELATION_ID", alerts));
        Assert.Equal(("/actors/LedgerActor/main", null), RunbookTarget.Fill("/actors/LedgerActor/main", []));
    }

    private static ObservatoryAlert Alert(params (string Name, string Value)[] labels) => new(
        "A", "warning", "firing", "", labels.ToDictionary(label => label.Name, label => label.Value), DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);
}
