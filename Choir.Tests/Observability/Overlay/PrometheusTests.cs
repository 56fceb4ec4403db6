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
        await using var application = await RunningChoir.Start("--observability", "prometheus");
        using var prometheus = application.CreateHttpClient("prometheus");
        using var alertmanager = application.CreateHttpClient("alertmanager");

        await Eventually.Holds(
            "two actor hosts and the gateway to be up", async () => await Up(prometheus) is ["actor-host", "actor-host", "gateway"], Patience);
        await Eventually.Holds("Prometheus and Alertmanager to be up", async () => await Up(prometheus, "prometheus", "alertmanager") is [_, _], Patience);
        await Eventually.Holds("the dead man's switch to have come to Alertmanager", async () =>
            (await Ask(alertmanager, "/api/v2/alerts")).EnumerateArray()
                .Any(alert => alert.GetProperty("labels").GetProperty("alertname").GetString() == "Watchdog"), Patience);

        Processes.Signal("KILL", Processes.Tree(await RunningChoir.ProcessOf(application, "actor-host")));

        await Eventually.Holds("the killed host to be gone and the others to be up", async () =>
            await Up(prometheus) is ["actor-host", "gateway"] && await Count(prometheus) == 2, Patience);
    }

    /// <summary>The services (of a job that has none: the job) of the targets that are up, once each has been scraped.</summary>
    private static async Task<List<string>> Up(HttpClient prometheus, params string[] jobs)
    {
        if (jobs.Length == 0)
        {
            jobs = ["choir"];
        }

        return [.. (await Targets(prometheus))
            .Where(target => target.GetProperty("health").GetString() == "up")
            .Select(target => target.GetProperty("labels"))
            .Where(labels => jobs.Contains(labels.GetProperty("job").GetString()))
            .Select(labels => (labels.TryGetProperty("service", out var service) ? service : labels.GetProperty("job")).GetString()!)
            .Order(StringComparer.Ordinal)];
    }

    private static async Task<int> Count(HttpClient prometheus) =>
        (await Targets(prometheus)).Count(target => target.GetProperty("labels").GetProperty("job").GetString() == "choir");

    private static async Task<IEnumerable<JsonElement>> Targets(HttpClient prometheus) =>
        (await Ask(prometheus, "/api/v1/targets?state=active")).GetProperty("data").GetProperty("activeTargets").EnumerateArray();

    private static async Task<JsonElement> Ask(HttpClient client, string path) =>
        JsonElement.Parse(await client.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken));
}
