using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Offline.Tests.Orchestrator;

public sealed class TestingBuilderTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_test_changes_starts_asks_and_stops_an_AppHost()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Offline_Tests_AppHost>(
            ["--replicas", "2"], (_, settings) => settings.Configuration!.AddInMemoryCollection([new("extra", "yes")]), Cancel);
        Assert.Equal("yes", builder.Configuration["extra"]);
        Assert.Equal("yes", builder.Configuration["FROM_PROFILE"]);
        Assert.True(builder.Environment.IsDevelopment());
        Assert.EndsWith("Offline.Tests.AppHost", builder.AppHostDirectory, StringComparison.Ordinal);
        var web = builder.Resources.OfType<ProjectResource>().Single(resource => resource.Name == "web");
        Assert.Equal(2, web.GetReplicaCount());

        await using var application = await builder.BuildAsync(Cancel);
        await application.StartAsync(Cancel);
        await application.ResourceNotifications.WaitForResourceHealthyAsync("front", Cancel)
            .WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        using var client = application.CreateHttpClient("front");
        var url = application.GetEndpoint("web", "http");
        Assert.NotEqual(15999, url.Port);
        Assert.Equal(url.ToString(), await client.GetStringAsync(new Uri("/environment/services__web__http__0", UriKind.Relative), Cancel) + "/");
        Assert.Equal("web", await GetFromWeb("OTEL_SERVICE_NAME"));
        Assert.StartsWith("service.instance.id=", await GetFromWeb("OTEL_RESOURCE_ATTRIBUTES"), StringComparison.Ordinal);
        Assert.Equal("Development", await GetFromWeb("ASPNETCORE_ENVIRONMENT"));
        // The AppHost disposes its services at its end.
        var notifications = application.ResourceNotifications;
        await application.StopAsync(Cancel);
        Assert.True(notifications.TryGetCurrentState("front", out var front));
        Assert.Equal((KnownResourceStates.Finished, 0), (front.Snapshot.State?.Text, front.Snapshot.ExitCode));

        async Task<string> GetFromWeb(string name)
        {
            using var web = application.CreateHttpClient("web");
            return await web.GetStringAsync(new Uri($"/environment/{name}", UriKind.Relative), Cancel);
        }
    }

    [Fact]
    public async Task An_AppHost_that_fails_tells_the_test_why()
    {
        var e = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            DistributedApplicationTestingBuilder.CreateAsync<Projects.Offline_Tests_AppHost>(["--fail", "because"], Cancel));
        Assert.Equal("because", e.Message);
    }

    [Fact]
    public async Task A_builder_that_is_not_used_lets_the_AppHost_end()
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Offline_Tests_AppHost>(Cancel);
        await builder.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        await Assert.ThrowsAsync<OperationCanceledException>(() => builder.BuildAsync(Cancel));
    }
}
