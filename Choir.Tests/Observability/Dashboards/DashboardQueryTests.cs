using System.Text.Json;
using System.Text.RegularExpressions;
using Choir.Gateway.LivePages;
using Choir.Observatory;
using Choir.Tests.Observability.EndToEnd;
using Choir.Tests.Support;

namespace Choir.Tests.Observability.Dashboards;

/// <summary>Every query of every dashboard, sent to a Prometheus that scrapes a running Choir.</summary>
[Collection(DisturbedChoir.Name)]
public sealed partial class DashboardQueryTests(ScrapedChoir choir) : IClassFixture<ScrapedChoir>
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Every_query_returns_data_from_a_running_Choir()
    {
        Assert.SkipUnless(PrometheusServer.IsInstalled(), PrometheusServer.Need);
        Assert.True(DashboardQuery.All.Count > 100);
        await AllOfAsync("every query of every panel and annotation to return data", DashboardQuery.All, query => query.GivesDataAsync(choir.Prometheus));
    }

    [Fact]
    public async Task Every_query_of_the_live_pages_returns_data_from_a_running_Choir()
    {
        Assert.SkipUnless(PrometheusServer.IsInstalled(), PrometheusServer.Need);
        var options = new ObservatoryOptions();
        foreach (var dashboard in LiveDashboards.All)
        {
            options.Dashboards.Add(dashboard);
        }

        var queries = Choir.Observatory.Dashboards.Of(options).SelectMany(dashboard => dashboard.Panels).Select(panel => panel.Query).OfType<string>().Distinct().ToList();
        Assert.True(queries.Count > 30);
        await AllOfAsync(
            "every query of the live pages to return data", queries,
            async query => (await choir.Prometheus.AskAsync("query", ("query", query))).GetProperty("result").GetArrayLength() > 0);
    }

    [Fact]
    public async Task Every_query_with_exemplars_returns_a_trace_id()
    {
        Assert.SkipUnless(PrometheusServer.IsInstalled(), PrometheusServer.Need);
        var queries = DashboardQuery.All.Where(query => query.HasExemplars).ToList();
        Assert.NotEmpty(queries);
        await AllOfAsync("every query with exemplars to return one", queries, query => query.HasTraceAsync(choir.Prometheus));
    }

    [Fact]
    public async Task Every_variable_has_values()
    {
        Assert.SkipUnless(PrometheusServer.IsInstalled(), PrometheusServer.Need);
        var queries = DashboardFile.All.SelectMany(file => file.Variables)
            .Where(variable => variable.GetProperty("type").GetString() == "query")
            .Select(variable => variable.GetProperty("query").GetString()!)
            .Distinct()
            .ToList();
        Assert.NotEmpty(queries);
        await AllOfAsync("every variable to have values", queries, async query =>
        {
            var parts = LabelValues().Match(query);
            Assert.True(parts.Success, $"{query} is not label_values(…).");
            var values = await choir.Prometheus.AskAsync($"label/{parts.Groups[2].Value}/values", ("match[]", DashboardQuery.Resolve(parts.Groups[1].Value)));
            return values.GetArrayLength() > 0;
        });
    }

    [Fact]
    public async Task The_message_flow_has_the_frames_of_a_node_graph_and_every_edge_has_its_nodes()
    {
        Assert.SkipUnless(PrometheusServer.IsInstalled(), PrometheusServer.Need);
        var flow = DashboardFile.All.SelectMany(file => file.Panels).Single(panel => panel.Type == "nodeGraph");
        string Expression(string frame) => DashboardQuery.Resolve(
            flow.Targets.Single(target => target.GetProperty("refId").GetString() == frame).GetProperty("expr").GetString()!);
        await Eventually.HoldsAsync("the edges from the gateway to a thread and to its phases", async () =>
        {
            var edges = await LabelsAsync(Expression("edges"));
            var nodes = await LabelsAsync(Expression("nodes"));
            if (!edges.Any(edge => Text(edge, "id") == "gateway to ThreadActor") || !edges.Any(edge => Text(edge, "id") == "ThreadActor to ActionPhaseActor"))
            {
                return false;
            }

            Assert.Distinct(nodes.Select(node => Text(node, "id")));
            Assert.Distinct(edges.Select(edge => Text(edge, "id")));
            Assert.All(nodes, node => Assert.NotEmpty(Text(node, "title")));
            var ids = nodes.Select(node => Text(node, "id")).ToHashSet();

            // The two queries are sent one after the other: a new edge in between has its nodes at the next attempt.
            return edges.TrueForAll(edge => ids.Contains(Text(edge, "source")) && ids.Contains(Text(edge, "target")));
        });
    }

    private static async Task AllOfAsync<T>(string what, IReadOnlyList<T> all, Func<T, Task<bool>> holds)
    {
        var missing = all.ToList();
        await Eventually.GivesAsync<object>(
            what,
            async () =>
            {
                foreach (var one in missing.ToList())
                {
                    if (await holds(one))
                    {
                        missing.Remove(one);
                    }
                }

                return missing.Count == 0 ? missing : null;
            },
            Timeout,
            () => $"; missing are\n{string.Join('\n', missing.Select(one => $"  {one}"))}");
    }

    private async Task<List<JsonElement>> LabelsAsync(string expression) =>
        [.. (await choir.Prometheus.AskAsync("query", ("query", expression))).GetProperty("result").EnumerateArray().Select(series => series.GetProperty("metric"))];

    private static string Text(JsonElement labels, string name) => labels.GetProperty(name).GetString()!;

    [GeneratedRegex(@"^label_values\((.+), (\w+)\)$")]
    private static partial Regex LabelValues();
}
