using Aspire.Hosting.ApplicationModel;

namespace Choir.Tests.Integration.EndToEnd;

/// <summary>The resources in the dashboard.</summary>
public sealed class PresentationTests(RunningChoir choir)
{
    [Fact]
    public async Task The_gateways_pages_are_links_with_names()
    {
        await choir.GatewayAsync();
        var links = (await choir.SnapshotAsync("gateway")).Urls.Where(url => !url.IsInternal)
            .OrderByDescending(url => url.DisplayProperties.SortOrder)
            .Select(url => (url.DisplayProperties.DisplayName, new Uri(url.Url).AbsolutePath));
        Assert.Equal([("Live pages", "/observatory/sign-in"), ("Start page", "/"), ("API reference", "/docs"), ("Health", "/health"), ("Runbooks", "/runbooks"), ("Load tests", "/load-tests/trends")], links);
    }

    [Theory]
    [InlineData("actor-host")]
    [InlineData("postgres")]
    [InlineData("ethereum")]
    public async Task Technical_addresses_are_in_the_details_only(string resource)
    {
        await choir.GatewayAsync();
        var urls = (await choir.SnapshotAsync(resource)).Urls;
        Assert.NotEmpty(urls);
        Assert.All(urls, url => Assert.True(url.IsInternal, $"{url.Name}: {url.Url}"));
    }

    [Theory]
    [InlineData("gateway")]
    [InlineData("actor-host")]
    public async Task The_health_check_of_a_service_has_a_descriptive_name(string service)
    {
        await choir.GatewayAsync();
        var report = Assert.Single((await choir.SnapshotAsync(service)).HealthReports);
        Assert.Equal($"{service}: ready to serve (GET /ready)", report.Name);
    }

    [Fact]
    public async Task The_graph_shows_the_dependencies_of_the_services()
    {
        await choir.GatewayAsync();
        Assert.Superset(new HashSet<string> { "actor-host", "choir", "ethereum" }, await ReferencesAsync("gateway"));
        Assert.Superset(new HashSet<string> { "choir", "ethereum" }, await ReferencesAsync("actor-host"));
    }

    [Theory]
    [InlineData("gateway", "ask", "stuck", "flow", "dead-letters", "api-key")]
    [InlineData("actor-host", "crash")]
    [InlineData("postgres", "connection-string", "psql")]
    [InlineData("ethereum", "latest-block")]
    public async Task A_running_resource_offers_its_commands(string resource, params string[] commands)
    {
        await choir.GatewayAsync();
        var enabled = (await choir.SnapshotAsync(resource)).Commands
            .Where(command => command.State == ResourceCommandState.Enabled)
            .Select(command => command.Name)
            .ToHashSet();
        Assert.Superset(commands.ToHashSet(), enabled);
    }

    private async Task<ISet<string>> ReferencesAsync(string resource) =>
        (await choir.SnapshotAsync(resource)).Relationships
            .Where(relationship => relationship.Type == "Reference")
            .Select(relationship => relationship.ResourceName)
            .ToHashSet();
}
