using System.Text.Json;
using Aspire.Hosting.Testing;
using Choir.AppHost.Infrastructure;
using Choir.Tests.Integration.EndToEnd;
using Choir.Tests.Support;

namespace Choir.Tests.Observability.Overlay;

/// <summary>The whole of Choir with Prometheus and Alertmanager beside it, as programs of this machine.</summary>
public sealed class PrometheusTests
{
    // A host that is gone is listed for 60 s, and Prometheus asks for the list every 15 s.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task It_scrapes_every_process_follows_them_and_reaches_Alertmanager()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), Processes.Need);
        Assert.SkipUnless(
            Tool.Find("prometheus") is not null && (Tool.Find("alertmanager") ?? Tool.Find("prometheus-alertmanager")) is not null,
            "Prometheus or Alertmanager is not installed; Debian's packages prometheus and prometheus-alertmanager have them.");
        await using var application = await RunningChoir.StartAsync("--observability", "prometheus");
        using var prometheus = application.CreateHttpClient("prometheus");
        using var alertmanager = application.CreateHttpClient("alertmanager");

        await Eventually.HoldsAsync(
            "two actor hosts and the gateway to be up", async () => await UpAsync(prometheus) is ["actor-host", "actor-host", "gateway"], Patience);
        await Eventually.HoldsAsync("Prometheus and Alertmanager to be up", async () => await UpAsync(prometheus, "prometheus", "alertmanager") is [_, _], Patience);
        await Eventually.HoldsAsync("the dead man's switch to have come to Alertmanager", async () =>
            (await AskAsync(alertmanager, "/api/v2/alerts")).EnumerateArray()
                .Any(alert => alert.GetProperty("labels").GetProperty("alertname").GetString() == "Watchdog"), Patience);

        Processes.Signal("KILL", Processes.Tree(await RunningChoir.ProcessOfAsync(application, "actor-host")));

        await Eventually.HoldsAsync("the killed host to be gone and the others to be up", async () =>
            await UpAsync(prometheus) is ["actor-host", "gateway"] && await CountAsync(prometheus) == 2, Patience);
    }

    /// <summary>The services (of a job that has none: the job) of the targets that are up, once each has been scraped.</summary>
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

    private static async Task<int> CountAsync(HttpClient prometheus) =>
        (await TargetsAsync(prometheus)).Count(target => target.GetProperty("labels").GetProperty("job").GetString() == "choir");

    private static async Task<IEnumerable<JsonElement>> TargetsAsync(HttpClient prometheus) =>
        (await AskAsync(prometheus, "/api/v1/targets?state=active")).GetProperty("data").GetProperty("activeTargets").EnumerateArray();

    private static async Task<JsonElement> AskAsync(HttpClient client, string path) =>
        JsonElement.Parse(await client.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken));
}
