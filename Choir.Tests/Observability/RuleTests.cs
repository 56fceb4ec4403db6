using System.Text.RegularExpressions;
using Choir.Tests.Integration.EndToEnd;
using Choir.Tests.Support;

namespace Choir.Tests.Observability;

/// <summary>
/// The shipped rules of Prometheus: promtool accepts them and runs their unit tests, alerts have their annotations, and queries
/// use only metrics and labels that exist.
/// </summary>
public sealed partial class RuleTests(RunningChoir choir)
{
    private const string Runbooks = "http://localhost:5080/runbooks/";

    // Fires always.
    private const string DeadMansSwitch = "Watchdog";

    private static readonly string[] Severities = ["critical", "warning", "info"];

    // Labels that Prometheus and its service discovery add to every series, and that of histogram buckets.
    private static readonly string[] LabelsOfAll = ["job", "instance", "service", "host", "address", "le"];

    private static readonly string[] HistogramSuffixes = ["_bucket", "_sum", "_count"];

    // Metrics of the runtime and of Npgsql, exported by every process of Choir.
    private static readonly Dictionary<string, string[]> Exported = new()
    {
        ["db_client_connection_count"] = ["db_client_connection_pool_name", "db_client_connection_state"],
        ["db_client_connection_max"] = ["db_client_connection_pool_name"],
        ["dotnet_thread_pool_queue_length_total"] = [],
    };

    // Metrics of Prometheus and Alertmanager themselves.
    private static readonly Dictionary<string, string[]> OfMonitoring = new()
    {
        ["up"] = [],
        ["alertmanager_notifications_failed_total"] = ["integration"],
        ["prometheus_config_last_reload_successful"] = [],
        ["prometheus_notifications_errors_total"] = ["alertmanager"],
        ["prometheus_rule_evaluation_failures_total"] = ["rule_group"],
    };

    [Fact]
    public Task Prometheus_accepts_its_configuration() => Promtool_agrees(["check", "config", RuleFiles.Configuration]);

    [Fact]
    public Task Prometheus_accepts_the_rules() => Promtool_agrees(["check", "rules", .. RuleFiles.Rules]);

    [Fact]
    public Task The_rules_pass_their_unit_tests() => Promtool_agrees(["test", "rules", .. RuleFiles.Tests]);

    [Fact]
    public void Every_alert_has_a_severity_a_summary_a_description_and_a_runbook()
    {
        foreach (var alert in RuleFiles.Alerts)
        {
            Assert.Contains(alert.Labels["severity"], Severities);
            Assert.NotEmpty(alert.Annotations["summary"]);
            Assert.NotEmpty(alert.Annotations["description"]);
            Assert.Equal(Runbooks + alert.Name, alert.Annotations["runbook_url"]);
        }

        Assert.Equal(RuleFiles.Alerts.Count(), RuleFiles.Alerts.DistinctBy(alert => alert.Name).Count());
    }

    [Fact]
    public void Every_alert_has_its_runbook_and_every_runbook_its_alert()
    {
        var pages = Directory.GetFiles(Repository.At("docs/runbooks"), "*.md")
            .Select(page => Path.GetFileNameWithoutExtension(page))
            .Where(name => name != "README");
        Assert.Equal(RuleFiles.Alerts.Select(alert => alert.Name).Order(StringComparer.Ordinal), pages.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(
        "HighMessageProcessingTime", "actor_message_processing_time_seconds > 1", "warning", "High message processing time",
        "Actor {{ $labels.actor_id }} is taking too long to process messages")]
    [InlineData(
        "ActorSystemUnstable", "actor_error_rate > 0.1", "critical", "Actor system unstable",
        "Actor system has a high error rate ({{ $value }})")]
    [InlineData(
        "DatabaseConnectionIssues", "database_connection_errors > 0", "critical", "Database connection issues",
        "Database connection errors detected")]
    public void The_alerts_of_the_specification_are_unchanged(
        string name, string query, string severity, string summary, string description)
    {
        var alert = RuleFiles.Alerts.Single(alert => alert.Name == name);
        Assert.Equal(
            (query, "5m", severity, summary, description),
            (alert.Query, alert.For, alert.Labels["severity"], alert.Annotations["summary"], alert.Annotations["description"]));
    }

    [Fact]
    public void Texts_show_no_value_with_all_its_digits_but_that_of_the_specification() => Assert.Equal(
        ["ActorSystemUnstable"],
        RuleFiles.Alerts.Where(alert => alert.Annotations.Values.Any(text => text.Contains("$value }}", StringComparison.Ordinal))).Select(alert => alert.Name));

    [Fact]
    public void Every_alert_fires_in_one_unit_test_and_not_in_another()
    {
        foreach (var alert in RuleFiles.Alerts)
        {
            Assert.Contains((alert.Name, true), RuleFiles.Expected);
            Assert.True(
                alert.Name == DeadMansSwitch || RuleFiles.Expected.Contains((alert.Name, false)), $"{alert.Name} fires in every unit test.");
        }
    }

    [Fact]
    public void Every_recording_rule_has_a_unit_test()
    {
        var compared = RuleFiles.Compared.SelectMany(QueriedMetrics.Of).Select(asked => asked.Metric).ToHashSet();
        Assert.Empty(RuleFiles.All.Where(rule => !rule.IsAlert).Select(rule => rule.Name).Except(compared));
    }

    [Fact]
    public void Every_metric_and_label_in_a_rule_exists()
    {
        foreach (var rule in RuleFiles.All)
        {
            var labels = new HashSet<string>(LabelsOfAll);
            foreach (var (metric, asked) in QueriedMetrics.Of(rule.Query))
            {
                var known = LabelsOf(metric);
                Assert.True(known is not null, $"{rule.Name} uses {metric}, which is not exported.");
                Assert.True(asked.All(label => known.Contains(label) || LabelsOfAll.Contains(label)), $"{rule.Name} uses labels that {metric} does not have.");
                labels.UnionWith(known);
            }

            Assert.Empty(QueriedMetrics.GroupingLabels(rule.Query).Except(labels));
            Assert.Empty(rule.Annotations.Values.SelectMany(TemplateLabels).Except(labels));
        }
    }

    [Fact]
    public async Task Metrics_in_rules_that_are_not_in_the_catalogue_are_exported_by_a_running_Choir()
    {
        using var gateway = await choir.GatewayAsync();
        await RunningChoir.ConverseAsync(gateway, await RunningChoir.CreateThreadAsync(gateway), "Salt keeps meat from spoiling.");
        foreach (var (service, text) in (await ScrapedMetrics.OfAsync(gateway)).Texts)
        {
            foreach (var (metric, labels) in Exported)
            {
                var sample = Regex.Match(text, $@"^{metric}\{{(.*)\}} \S+$", RegexOptions.Multiline);
                Assert.True(sample.Success, $"{service} does not export {metric}.");
                Assert.All(labels, label => Assert.Contains($"{label}=\"", sample.Groups[1].Value, StringComparison.Ordinal));
            }
        }
    }

    [Theory]
    [InlineData("sum by (a) (rate(x_total{b=\"}\", c!~\"y|z\"}[5m])) / (m > 0)", "m;x_total{b,c}", "a")]
    [InlineData("p:q:r5m - p:q:r5m offset 1d > 1.5e3 and on (i, j) up == 1", "p:q:r5m;p:q:r5m;up", "i,j")]
    [InlineData("max_over_time(s{t=\"u\"}[1d] offset 1h) or vector(0) unless v", "s{t};v", "")]
    public void The_names_in_a_query_are_found(string query, string metrics, string labels)
    {
        var found = QueriedMetrics.Of(query).Select(asked => asked.Labels is [] ? asked.Metric : $"{asked.Metric}{{{string.Join(',', asked.Labels)}}}");
        Assert.Equal(metrics, string.Join(';', found.Order(StringComparer.Ordinal)));
        Assert.Equal(labels, string.Join(',', QueriedMetrics.GroupingLabels(query)));
    }

    private static async Task Promtool_agrees(string[] arguments)
    {
        Assert.SkipUnless(Promtool.IsInstalled, Promtool.Need);
        var (exitCode, output) = await Promtool.RunAsync(arguments);
        Assert.True(exitCode == 0, output);
    }

    /// <summary>The labels of a metric, without those of all; null if there is no such metric.</summary>
    private static string[]? LabelsOf(string metric)
    {
        if (Exported.TryGetValue(metric, out var labels) || OfMonitoring.TryGetValue(metric, out labels))
        {
            return labels;
        }

        // A recorded metric may have the labels of all metrics in its query.
        if (RuleFiles.All.FirstOrDefault(rule => !rule.IsAlert && rule.Name == metric) is { } recorded)
        {
            return [.. QueriedMetrics.Of(recorded.Query).SelectMany(asked => LabelsOf(asked.Metric) ?? []).Distinct()];
        }

        return Catalogue.All.FirstOrDefault(entry => entry.Type == "histogram"
            ? HistogramSuffixes.Any(suffix => entry.Name + suffix == metric)
            : entry.Name == metric)?.Labels;
    }

    private static IEnumerable<string> TemplateLabels(string text) => TemplateLabel().Matches(text).Select(label => label.Groups[1].Value);

    [GeneratedRegex(@"\$labels\.(\w+)")]
    private static partial Regex TemplateLabel();
}
