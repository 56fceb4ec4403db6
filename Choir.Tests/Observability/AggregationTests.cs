using System.Text.RegularExpressions;
using Choir.Tests.Observability.Dashboards;
using Choir.Tests.Support;

namespace Choir.Tests.Observability;

/// <summary>What every process reports is not added up.</summary>
public sealed partial class AggregationTests
{
    private static IEnumerable<string> NotAdded =>
        Catalogue.All.Where(entry => entry.Across == Across.Max).Select(entry => entry.Name);

    [Fact]
    public void No_rule_and_no_panel_adds_up_what_every_process_reports()
    {
        var queries = RuleFiles.All.Select(rule => (Where: rule.Name, rule.Query))
            .Concat(DashboardQuery.All.Select(query => (query.Where, Query: query.Expression)));
        foreach (var (where, query) in queries)
        {
            foreach (Match sum in Sums().Matches(query))
            {
                var metric = sum.Groups["metric"].Value;
                Assert.False(NotAdded.Contains(metric), $"{where} adds up {metric}, of which the maximum counts: {query}");
            }
        }
    }

    [Theory]
    [InlineData("sum(system_memory_usage_bytes)")]
    [InlineData("sum by (host) (rate(system_disk_read_bytes{host=~\".*\"}[5m]))")]
    [InlineData("avg without (instance) (health_status)")]
    public void A_sum_is_found_in_a_query(string query) => Assert.Contains(Sums().Match(query).Groups["metric"].Value, NotAdded);

    [Fact]
    public void The_documentation_lists_what_must_not_be_added_up()
    {
        var page = File.ReadAllText(Repository.At("docs/observability.md"));
        var section = page.Split("## Adding up processes")[1].Split("\n## ")[0];
        var listed = Names().Matches(section).Select(name => name.Groups[1].Value);
        Assert.Equal(NotAdded.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [GeneratedRegex(@"\b(?:sum|avg)\b(?:\s*(?:by|without)\s*\([^)]*\))?\s*\(\s*(?:\w+\s*\(\s*)?(?<metric>[a-z]\w+)\b(?!\s*\()")]
    private static partial Regex Sums();

    [GeneratedRegex("`([a-z]+_[a-z_]+)`")]
    private static partial Regex Names();
}
