using System.Text.Json;
using System.Text.RegularExpressions;
using Choir.Actors;
using Choir.Tests.Support;

namespace Choir.Tests.Observability;

/// <summary>
/// What <c>docs/observability.md</c> and the runbooks say is there, and they leave out nothing: paths, names, alerts.
/// </summary>
public sealed partial class DocumentationTests
{
    // Prometheus' own and Alertmanager's, the runtime's, Npgsql's and HttpClient's, as OpenTelemetry names them.
    private static readonly string[] OfOthers =
    [
        "up", "target_info", "ALERTS",
        "prometheus_config_last_reload_successful", "prometheus_notifications_alertmanagers_discovered",
        "prometheus_notifications_errors_total", "prometheus_rule_evaluation_failures_total",
        "prometheus_rule_group_interval_seconds", "prometheus_rule_group_iterations_missed_total",
        "prometheus_rule_group_last_duration_seconds", "prometheus_sd_http_failures_total",
        "alertmanager_notifications_failed_total", "alertmanager_notifications_total",
        "dotnet_gc_last_collection_heap_size_bytes", "dotnet_gc_pause_time_seconds_total",
        "dotnet_monitor_lock_contentions_total", "dotnet_process_cpu_count", "dotnet_process_cpu_time_seconds_total",
        "dotnet_process_memory_working_set_bytes", "dotnet_thread_pool_queue_length_total",
        "dotnet_thread_pool_thread_count_total",
        "db_client_connection_count", "db_client_connection_max", "db_client_connection_npgsql_pending_requests",
        "http_client_request_duration_seconds",
    ];

    // What Postgres, Prometheus and Alertmanager call their own, and what the specification calls its samples.
    private static readonly string[] NotOurs =
    [
        "application_name", "last_autovacuum", "max_connections", "n_dead_tup", "n_live_tup", "pg_isready", "pg_wal",
        "synchronous_commit", "wait_event_type",
        "group_by", "group_interval", "group_wait", "http_sd_configs", "repeat_interval", "routing_key", "runbook_url", "service_key",
        "check_actor_system_health", "check_blockchain_health", "check_database_health", "collect_actor_metrics",
        "collect_system_metrics", "measure_blockchain_transaction", "measure_database_query", "measure_end_to_end_latency",
        "measure_message_processing", "process_message", "process_request", "prometheus_client", "run_load_test", "send_message",
        "eth_syncing", "monitoring_observability", "service_version",
    ];

    private static IEnumerable<FileInfo> Runbooks =>
        Folder("docs/runbooks").EnumerateFiles("*.md").Where(page => page.Name != "README.md");

    private static IEnumerable<FileInfo> Pages =>
        [.. Folder("docs/runbooks").EnumerateFiles("*.md"), new FileInfo(Repository.At("docs/observability.md"))];

    [Fact]
    public void Every_path_that_the_pages_name_is_in_the_repository()
    {
        var folders = new DirectoryInfo(Repository.Folder).EnumerateDirectories().Select(folder => folder.Name).Where(name => name[0] != '.').ToHashSet();
        var missing =
            from page in Pages
            let text = File.ReadAllText(page.FullName)
            from path in Code(text).Where(code => PathName().IsMatch(code) && folders.Contains(code.Split('/')[0]))
                .Select(code => Repository.At(code))
                .Concat(Links().Matches(text).Select(link => Path.Combine(page.DirectoryName!, link.Groups[1].Value)))
            where !Path.Exists(path)
            select $"{page.Name}: {Path.GetRelativePath(Repository.Folder, path)}";
        Assert.Empty(missing.Distinct());
    }

    [Fact]
    public void Every_metric_in_a_query_of_the_pages_is_one_that_is_exported_or_recorded()
    {
        var known = Metrics();
        var unknown =
            from page in Pages
            from query in Code(File.ReadAllText(page.FullName)).Where(IsQuery)
            from metric in MetricsOf(query)
            where !known.Contains(metric)
            select $"{page.Name}: {metric}";
        Assert.Empty(unknown.Distinct());
    }

    [Fact]
    public void Every_name_with_underscores_on_the_pages_is_a_metric_or_stands_in_the_code()
    {
        // Metrics, log events and their fields, tables and columns, error codes: none is made up.
        var known = Metrics().Concat(WordsOfTheCode()).ToHashSet(StringComparer.Ordinal);
        var unknown =
            from page in Pages
            from code in Code(File.ReadAllText(page.FullName))
            where !IsQuery(code) && !Statement().IsMatch(code)
            from name in Name().Matches(code).Select(match => match.Value)
            where !known.Contains(name) && !NotOurs.Contains(name)
            select $"{page.Name}: {name}";
        Assert.Empty(unknown.Distinct());
    }

    [Fact]
    public void Every_alert_has_a_page_with_its_severity_and_is_in_the_index_and_there_is_no_other_page()
    {
        var index = File.ReadAllText(Repository.At("docs/runbooks/README.md"));
        var alerts = Rules().SelectMany(rules => Alert().Matches(rules))
            .Select(alert => (Name: alert.Groups[1].Value, Severity: alert.Groups[2].Value)).ToList();
        Assert.NotEmpty(alerts);
        Assert.Equal(
            alerts.Select(alert => alert.Name).Order(StringComparer.Ordinal),
            Runbooks.Select(page => Path.GetFileNameWithoutExtension(page.Name)).Order(StringComparer.Ordinal));
        Assert.All(alerts, alert =>
        {
            var page = File.ReadAllText(Repository.At($"docs/runbooks/{alert.Name}.md"));
            Assert.StartsWith($"# {alert.Name}\n\nSeverity: {alert.Severity}. Fires", page, StringComparison.Ordinal);
            Assert.Contains($"| [{alert.Name}]({alert.Name}.md) | {alert.Severity} |", index, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void The_page_of_dead_letters_has_the_causes_of_every_reason()
    {
        var page = File.ReadAllText(Repository.At("docs/runbooks/DeadLetters.md"));
        var causes = page[page.IndexOf("## Likely causes", StringComparison.Ordinal)..page.IndexOf("## What to do", StringComparison.Ordinal)];
        var reasons = typeof(DeadLetterReasons).GetFields().Select(reason => (string)reason.GetRawConstantValue()!).ToList();
        Assert.NotEmpty(reasons);
        Assert.All(reasons, reason => Assert.Contains($"`{reason}`", causes, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_heading_and_bullet_of_the_specification_has_a_row()
    {
        var rows = File.ReadLines(Repository.At("docs/observability.md"))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => line.Split(" | "))
            .ToList();
        var at = -1;
        foreach (var (heading, bullets) in SpecificationOutline.Headings)
        {
            at = rows.FindIndex(at + 1, row => row[0] == $"| **{heading}**");
            Assert.True(at >= 0, $"{heading} has no row, or not in the document's order.");
            var end = rows.FindIndex(at + 1, row => row[0].StartsWith("| **", StringComparison.Ordinal));
            var under = rows[at..(end < 0 ? rows.Count : end)];
            Assert.All(bullets, bullet => Assert.Contains(under, row => row[0] == $"| {bullet}"));
        }

        // Without a pipe within a cell every row has three.
        Assert.All(rows, row => Assert.Equal(3, row.Length));
        Assert.All(rows, row => Assert.NotEqual("", row[1].Trim()));
    }

    private static HashSet<string> Metrics()
    {
        string[] parts = ["_bucket", "_sum", "_count"];
        return
        [
            .. OfOthers, .. OfOthers.SelectMany(name => parts.Select(part => name + part)),
            .. Catalogue.All.Select(entry => entry.Name),
            .. Catalogue.All.Where(entry => entry.Type == "histogram").SelectMany(entry => parts.Select(part => entry.Name + part)),
            .. Rules().SelectMany(rules => Recorded().Matches(rules)).Select(record => record.Groups[1].Value)
                .SelectMany(name => (string[])[name, name.EndsWith("_bucket", StringComparison.Ordinal) ? name[..^"_bucket".Length] : name]),
        ];
    }

    /// <summary>A query's words that are metrics: without its texts, labels, ranges and functions.</summary>
    private static IEnumerable<string> MetricsOf(string query) =>
        Word().Matches(NoMetric().Replace(query, " ")).Select(word => word.Value)
            .Where(word => word is not ("and" or "or" or "on" or "unless" or "offset" or "sum" or "max" or "min" or "count"));

    private static IEnumerable<string> WordsOfTheCode()
    {
        var code = new DirectoryInfo(Repository.Folder).EnumerateDirectories("Choir.*").Where(folder => folder.Name != "Choir.Tests")
            .SelectMany(folder => folder.EnumerateFiles("*.*", SearchOption.AllDirectories))
            .Where(file => file.Extension is ".cs" or ".sql" && !Built().IsMatch(file.FullName))
            .Select(file => (file.Extension, Text: File.ReadAllText(file.FullName)));
        foreach (var (extension, text) in code)
        {
            var texts = extension == ".sql" ? [text] : Literal().Matches(text).Select(match => match.Value);
            foreach (var word in texts.SelectMany(part => Name().Matches(part)))
            {
                yield return word.Value;
            }

            foreach (Match field in Placeholder().Matches(text))
            {
                yield return JsonNamingPolicy.SnakeCaseLower.ConvertName(field.Value);
            }
        }

        foreach (var label in Catalogue.All.SelectMany(entry => entry.Labels))
        {
            yield return label;
        }
    }

    /// <summary>What stands between backticks, on one line; not what three of them fence off.</summary>
    private static IEnumerable<string> Code(string text) =>
        CodeSpan().Matches(text).Where(span => span.Groups[1].Success).Select(span => Blank().Replace(span.Groups[1].Value, " "));

    private static bool IsQuery(string code) => Query().IsMatch(code) && !Statement().IsMatch(code);

    private static IEnumerable<string> Rules() =>
        Folder("Choir.AppHost/Overlay/prometheus/rules").EnumerateFiles("*.yml").Select(file => File.ReadAllText(file.FullName));

    private static DirectoryInfo Folder(string path) => new(Repository.At(path));

    [GeneratedRegex("```.*?```|`([^`]+)`", RegexOptions.Singleline)]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blank();

    [GeneratedRegex(@"\]\((?!https?:)([^)#]+)")]
    private static partial Regex Links();

    [GeneratedRegex(@"^[\w.-]+(/[\w.-]*)+$")]
    private static partial Regex PathName();

    [GeneratedRegex(@"^(SELECT|ANALYZE|VACUUM|SHOW|curl|GET|POST|PUT|grep|amtool|promtool) ?")]
    private static partial Regex Statement();

    [GeneratedRegex(@"^[a-zA-Z_:]+\{|\b(rate|increase|sum|max|min|count|topk|deriv|delta|changes|histogram_quantile|last_over_time)\b.*\(")]
    private static partial Regex Query();

    [GeneratedRegex(@"""[^""]*""|\{[^}]*\}|\[[^\]]*\]|\bby\s*\([^)]*\)|\b\w+(?=\s*\()|\b\d[\w.]*")]
    private static partial Regex NoMetric();

    [GeneratedRegex(@"[a-zA-Z_:][\w:]*")]
    private static partial Regex Word();

    [GeneratedRegex(@"(?<![\w:./-])[a-z][a-z0-9_:]*_[a-z0-9_:]*[a-z0-9](?!\w)")]
    private static partial Regex Name();

    [GeneratedRegex(@"""[^""\n]*""")]
    private static partial Regex Literal();

    // A log message's placeholders, and its method's other parameters.
    [GeneratedRegex(@"(?<=\{)[A-Z]\w+(?=[:}])|(?<=\b(?:string|int|long|double|Guid)\?? )[a-z]\w+(?=[,)])")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"[/\\](bin|obj)[/\\]")]
    private static partial Regex Built();

    [GeneratedRegex(@"record: (\S+)")]
    private static partial Regex Recorded();

    [GeneratedRegex(@"- alert: (\S+)(?:(?!- alert:)[\s\S])*?severity: (\w+)")]
    private static partial Regex Alert();
}
