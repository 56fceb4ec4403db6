using System.Net.Http.Headers;
using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Choir.AppHost.Infrastructure;
using Choir.Tests.Integration.EndToEnd;
using Choir.Tests.Support;

namespace Choir.Tests.Observability.Overlay;

/// <summary>Choir with Prometheus and Alertmanager as local programs.</summary>
public sealed class PrometheusTests
{
    // Prometheus reads the list of targets every 15 s.
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Prometheus_scrapes_every_process_and_reaches_Alertmanager()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), Processes.Need);
        Assert.SkipUnless(
            Tool.Find("prometheus") is not null && (Tool.Find("alertmanager") ?? Tool.Find("prometheus-alertmanager")) is not null,
            "Prometheus or Alertmanager is not installed; Debian's packages prometheus and prometheus-alertmanager have them.");
        await using var application = await RunningChoir.StartAsync("--observability", "prometheus", $"--Parameters:api-key={RunningChoir.ApiKey}");
        using var prometheus = application.CreateHttpClient("prometheus");
        using var alertmanager = application.CreateHttpClient("alertmanager");

        await Eventually.HoldsAsync(
            "two actor hosts and the gateway to be up", async () => await UpAsync(prometheus) is ["actor-host", "actor-host", "gateway"], Timeout);
        await Eventually.HoldsAsync("Prometheus and Alertmanager to be up", async () => await UpAsync(prometheus, "prometheus", "alertmanager") is [_, _], Timeout);
        await Eventually.HoldsAsync("the alert Watchdog in Alertmanager", async () =>
            (await AskAsync(alertmanager, "/api/v2/alerts")).EnumerateArray()
                .Any(alert => alert.GetProperty("labels").GetProperty("alertname").GetString() == "Watchdog"), Timeout);

        using var gateway = application.CreateHttpClient("gateway");
        gateway.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", RunningChoir.ApiKey);
        var alerts = await AskAsync(gateway, "/alerts");
        Assert.Equal("alertmanager", alerts.GetProperty("source").GetString());
        Assert.NotEqual(JsonValueKind.Null, alerts.GetProperty("watchdogSeenAt").ValueKind);
    }

    [Fact]
    public async Task Prometheus_that_is_started_later_restarts_the_gateway_once_and_reaches_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), Processes.Need);
        Assert.SkipUnless(
            Tool.Find("prometheus") is not null && (Tool.Find("alertmanager") ?? Tool.Find("prometheus-alertmanager")) is not null,
            "Prometheus or Alertmanager is not installed; Debian's packages prometheus and prometheus-alertmanager have them.");
        await using var application = await RunningChoir.StartAsync("--actor-hosts", "1", $"--Parameters:api-key={RunningChoir.ApiKey}");
        using var watch = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var states = StatesAsync(application, "gateway", watch.Token);

        var result = await application.ResourceCommands.ExecuteCommandAsync("prometheus", KnownResourceCommands.StartCommand, TestContext.Current.CancellationToken);
        Assert.True(result.Success, result.Message);

        using var prometheus = application.CreateHttpClient("prometheus");
        using var gateway = application.CreateHttpClient("gateway");
        gateway.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", RunningChoir.ApiKey);
        await Eventually.HoldsAsync("the gateway to read the alerts of Alertmanager", async () =>
        {
            try
            {
                return (await AskAsync(gateway, "/alerts")).GetProperty("source").GetString() == "alertmanager";
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }, Timeout);
        await Eventually.HoldsAsync("the gateway and the host to be up", async () => await UpAsync(prometheus) is ["actor-host", "gateway"], Timeout);
        await watch.CancelAsync();
        var seen = await states;
        Assert.Single(seen, state => state == KnownResourceStates.Starting);
        Assert.DoesNotContain(KnownResourceStates.FailedToStart, seen);
    }

    /// <summary>The states that a resource passes through until the watch ends.</summary>
    private static async Task<List<string>> StatesAsync(DistributedApplication application, string resource, CancellationToken cancellation)
    {
        var states = new List<string>();
        try
        {
            await foreach (var change in application.ResourceNotifications.WatchAsync(cancellation))
            {
                if (change.Resource.Name == resource && change.Snapshot.State?.Text is { } state && states.LastOrDefault() != state)
                {
                    states.Add(state);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The watch has ended.
        }

        return states;
    }

    /// <summary>The services of the targets that are up; the job of a target without a service.</summary>
    private static async Task<List<string>> UpAsync(HttpClient prometheus, params string[] jobs)
    {
        if (jobs.Length == 0)
        {
            jobs = ["choir"];
        }

        return [.. (await TargetsAsync(prometheus))
            .Where(target => target.GetProperty("health").GetString() == "up")
            .Select(target => target.GetProperty("labels"))
            .Where(labels => jobs.Contains(labels.GetProperty("job").GetString()))
            .Select(labels => (labels.TryGetProperty("service", out var service) ? service : labels.GetProperty("job")).GetString()!)
            .Order(StringComparer.Ordinal)];
    }

    private static async Task<IEnumerable<JsonElement>> TargetsAsync(HttpClient prometheus) =>
        (await AskAsync(prometheus, "/api/v1/targets?state=active")).GetProperty("data").GetProperty("activeTargets").EnumerateArray();

    private static async Task<JsonElement> AskAsync(HttpClient client, string path) =>
        JsonElement.Parse(await client.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken));
}
