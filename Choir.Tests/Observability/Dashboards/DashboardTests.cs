using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace Choir.Tests.Observability.Dashboards;

/// <summary>Properties of every dashboard and panel.</summary>
public sealed partial class DashboardTests
{
    private const string GrafanaSource = "-- Grafana --";

    private static readonly string[] Programs = ["Choir.Actors", "Choir.ActorHost", "Choir.Gateway", "Choir.Observatory", "Choir.ServiceDefaults", "Choir.Storage"];

    /// <summary>The panels that the specification requires, by dashboard.</summary>
    public static TheoryData<string, string[]> Required => new()
    {
        { "system-overview", ["Actor System Health", "Message Processing", "Error Rate", "Resource Usage"] },
        { "actors", ["Actor Count", "Actor State Size", "Message Processing Time", "Error Rate"] },
        { "message-flow", ["Message Rate", "Message Latency", "Message Size", "Message Queue Length", "Message Flow"] },
        { "database", ["Query Rate", "Query Latency", "Connection Pool", "Storage Usage"] },
        { "blockchain", ["Transaction Rate", "Transaction Latency", "Gas Usage", "Contract Calls"] },
        {
            "performance",
            [
                "End-to-End Latency", "Component Latency", "Resource Usage", "Throughput",
                "CPU per operation", "Allocation per operation", "Disk and network I/O per operation",
            ]
        },
    };

    [Theory]
    [MemberData(nameof(Required))]
    public void Every_panel_of_the_specification_is_there(string dashboard, string[] titles)
    {
        var panels = DashboardFile.All.Single(file => file.Name == dashboard).Panels.Select(panel => panel.Title).ToList();
        Assert.All(titles, title => Assert.Single(panels, title));
    }

    [Fact]
    public void There_is_no_other_dashboard_and_uids_are_fixed()
    {
        Assert.Equal(Required.Select(row => row.Data.Item1).Order(StringComparer.Ordinal), DashboardFile.All.Select(file => file.Name));
        Assert.All(DashboardFile.All, file => Assert.Equal($"choir-{file.Name}", file.Uid));
    }

    [Fact]
    public void Every_panel_has_a_unit_and_queries_a_provisioned_data_source()
    {
        var sources = Provisioning.SourceUids.Append(GrafanaSource).ToList();
        Assert.All(DashboardFile.All.SelectMany(file => file.Panels), panel =>
        {
            Assert.False(string.IsNullOrEmpty(panel.Defaults.GetProperty("unit").GetString()), $"{panel} has no unit.");
            Assert.NotEmpty(panel.Targets);
            Assert.All(panel.Targets.Append(panel.Json), one => Assert.Contains(one.GetProperty("datasource").GetProperty("uid").GetString(), sources));
        });
    }

    [Fact]
    public void Rows_have_titles_and_ids_are_unique() => Assert.All(DashboardFile.All, file =>
    {
        Assert.All(file.PanelsAndRows, panel => Assert.True(panel.Title.Length > 0));
        Assert.Distinct(file.PanelsAndRows.Select(panel => panel.Json.GetProperty("id").GetInt32()));
        Assert.Distinct(file.Panels.Select(panel => panel.Title));
        Assert.All(file.Panels, panel => Assert.Distinct(panel.Targets.Select(target => target.GetProperty("refId").GetString())));
    });

    [Fact]
    public void No_panel_overlaps_another() => Assert.All(DashboardFile.All, file =>
    {
        var cells = file.PanelsAndRows.SelectMany(panel => Cells(panel.Json.GetProperty("gridPos"))).ToList();
        Assert.Distinct(cells);
        Assert.All(cells, cell => Assert.InRange(cell.X, 0, 23));
    });

    [Fact]
    public void Every_dashboard_can_be_filtered_by_actor_message_and_host() => Assert.All(DashboardFile.All, file =>
    {
        foreach (var name in (string[])["actor_type", "message_type", "host"])
        {
            var variable = file.Variables.Single(one => one.GetProperty("name").GetString() == name);
            Assert.True(variable.GetProperty("multi").GetBoolean());
            Assert.True(variable.GetProperty("includeAll").GetBoolean());
            Assert.StartsWith("label_values(", variable.GetProperty("query").GetString(), StringComparison.Ordinal);
        }
    });

    [Fact]
    public void Every_dashboard_shows_versions_and_annotates_deployments_changes_and_alerts() => Assert.All(DashboardFile.All, file =>
    {
        Assert.Contains(file.Panels, panel => panel.Title == "Version and uptime of each host");
        Assert.Equal(
            ["Annotations & Alerts", "Deployments", "Configuration changes", "Alerts"],
            file.Annotations.Select(annotation => annotation.GetProperty("name").GetString()));
    });

    [Fact]
    public void Every_panel_links_to_traces_and_log_records() =>
        Assert.All(DashboardFile.All.SelectMany(file => file.Panels), panel =>
        {
            Assert.Contains(panel.Links, link => link.Source == "jaeger");
            Assert.Contains(panel.Links, link => link.Source == "elasticsearch");
            Assert.Contains(panel.Links, link => link.Source is null);
            Assert.All(
                panel.Links.Concat(panel.SeriesLinks).Where(link => link.Source is not null),
                link => Assert.Contains(link.Source, Provisioning.SourceUids));
        });

    [Fact]
    public void Every_linked_dashboard_exists()
    {
        var uids = DashboardFile.All.Select(file => file.Uid).ToHashSet();
        var linked = Links().Select(link => DashboardAddress().Match(link.Url)).Where(match => match.Success).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(linked);
        Assert.All(linked, uid => Assert.Contains(uid, uids));
    }

    [Fact]
    public void Every_linked_runbook_exists()
    {
        var runbooks = Path.Combine(DashboardFile.Folder, "..", "..", "..", "docs", "runbooks");
        var linked = Links().Select(link => RunbookAddress().Match(link.Url)).Where(match => match.Success).Select(match => match.Groups[1].Value).ToHashSet();
        Assert.NotEmpty(linked);
        Assert.All(linked, name => Assert.True(File.Exists(Path.Combine(runbooks, $"{name}.md")), $"There is no runbook {name}."));
    }

    [Fact]
    public void Every_log_event_in_a_query_is_logged_by_Choir()
    {
        var logged = Programs.SelectMany(name => Assembly.Load(name).GetTypes())
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()?.EventName)
            .OfType<string>()
            .ToHashSet();
        var queries = Links().Where(link => link.Source == "elasticsearch").Select(link => link.Explored!.Value.GetProperty("query").GetString()!)
            .Concat(DashboardFile.All.SelectMany(file => file.Annotations)
                .Where(annotation => annotation.GetProperty("datasource").GetProperty("uid").GetString() == "elasticsearch")
                .Select(annotation => annotation.GetProperty("query").GetString()!));
        var events = queries.SelectMany(query => Events().Matches(query)).SelectMany(match => match.Groups[1].Value.Trim('(', ')').Split(" OR ")).ToHashSet();
        Assert.Contains("diagnostics_changed", events);
        Assert.All(events, name => Assert.Contains(name, logged));
    }

    private static IEnumerable<PanelLink> Links() =>
        DashboardFile.All.SelectMany(file => file.Panels).SelectMany(panel => panel.Links.Concat(panel.SeriesLinks));

    private static IEnumerable<(int X, int Y)> Cells(JsonElement place) =>
        from x in Enumerable.Range(place.GetProperty("x").GetInt32(), place.GetProperty("w").GetInt32())
        from y in Enumerable.Range(place.GetProperty("y").GetInt32(), place.GetProperty("h").GetInt32())
        select (x, y);

    [GeneratedRegex("^/d/([^?]+)")]
    private static partial Regex DashboardAddress();

    [GeneratedRegex(@"^\$\{gateway\}/runbooks/(\w+)$")]
    private static partial Regex RunbookAddress();

    [GeneratedRegex(@"event:(\([^)]+\)|\w+)")]
    private static partial Regex Events();
}
