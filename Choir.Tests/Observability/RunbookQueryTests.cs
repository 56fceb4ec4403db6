using Choir.Observatory.Runbooks;
using Choir.Tests.Support;

namespace Choir.Tests.Observability;

/// <summary>The queries that the live pages find in the runbooks.</summary>
public sealed class RunbookQueryTests
{
    [Fact]
    public async Task Prometheus_accepts_every_expression()
    {
        Assert.SkipUnless(PrometheusServer.IsInstalled(), PrometheusServer.Need);
        await using var prometheus = await PrometheusServer.StartAsync("global: {}");
        var expressions = Directory.GetFiles(Repository.At("docs/runbooks"), "*.md")
            .SelectMany(file => Runbook.Parse(File.ReadAllText(file)).Steps).SelectMany(step => step.Queries)
            .Where(query => !query.IsPath).Select(query => query.Text).Distinct().ToList();
        Assert.True(expressions.Count > 100, $"Only {expressions.Count} were found.");
        foreach (var expression in expressions)
        {
            await prometheus.AskAsync("query", ("query", expression));
        }
    }
}
