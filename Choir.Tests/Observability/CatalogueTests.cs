using System.Net;
using System.Net.Http.Json;
using Choir.Tests.Integration.EndToEnd;
using Choir.Tests.Support;

namespace Choir.Tests.Observability;

/// <summary>A running Choir exports exactly the metrics of the catalogue.</summary>
public sealed class CatalogueTests(RunningChoir choir)
{
    // Anchoring takes some blocks, and some metrics are measured every few seconds only.
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_a_conversation_exactly_the_catalogue_is_exported()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The metrics of the machine differ on other systems.");
        using var gateway = await choir.GatewayAsync();
        await ConverseAsync(gateway);
        var expected = Catalogue.All.Where(entry => entry.OnlyAfter is null).SelectMany(Expected).ToHashSet();
        var possible = Catalogue.All.SelectMany(Expected).ToHashSet();
        HashSet<ScrapedMetric> exported = [];
        await Eventually.GivesAsync<object>(
            "the whole catalogue to be exported",
            async () =>
            {
                exported = [.. (await ScrapedMetrics.OfAsync(gateway)).OwnMetrics()];
                return expected.IsSubsetOf(exported) ? exported : null;
            },
            Timeout,
            () => $"; missing are\n{Lines(expected.Except(exported))}\nnot in the catalogue are\n{Lines(exported.Except(possible))}");
        Assert.True(exported.IsSubsetOf(possible), $"Not in the catalogue:\n{Lines(exported.Except(possible))}");
    }

    [Fact]
    public async Task A_metric_of_an_event_is_exported_after_the_event()
    {
        using var gateway = await choir.GatewayAsync();
        var expected = Expected(Catalogue.All.Single(entry => entry.Name == "actor_hot_errors_per_second")).Single();

        // A message to a paused actor, whose sender does not wait for it.
        var actor = $"/actors/test_actor/{Guid.NewGuid():n}";
        var quarantine = new Uri($"{actor}/quarantine", UriKind.Relative);
        using var paused = await gateway.PutAsJsonAsync(quarantine, new { mode = "pause", reason = "A test of metrics." }, Token);
        Assert.Equal(HttpStatusCode.OK, paused.StatusCode);
        await Eventually.HoldsAsync("a failed message among the hot actors", async () =>
        {
            using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gateway.PostAsJsonAsync(
                new Uri($"{actor}/messages", UriKind.Relative), new { type = "PING" }, soon.Token));
            return (await ScrapedMetrics.OfAsync(gateway)).OwnMetrics().Contains(expected);
        });
        using var ended = await gateway.DeleteAsync(quarantine, Token);
        Assert.Equal(HttpStatusCode.OK, ended.StatusCode);
    }

    [Fact]
    public async Task Only_metrics_of_hot_actors_have_ids_and_no_attribute_has_text_of_a_user()
    {
        using var gateway = await choir.GatewayAsync();
        var thread = await RunningChoir.CreateThreadAsync(gateway);
        var said = $"unmistakable-{Guid.NewGuid():n}";
        await RunningChoir.ConverseAsync(gateway, thread, said);
        foreach (var (service, text) in (await ScrapedMetrics.OfAsync(gateway)).Texts)
        {
            var lines = text.Split('\n').Where(line => line.Contains(thread, StringComparison.Ordinal)).ToList();
            Assert.All(lines, line => Assert.StartsWith("actor_hot_", line, StringComparison.Ordinal));
            Assert.DoesNotContain(said, text, StringComparison.Ordinal);
            Assert.False(service == "gateway" && lines.Count > 0);
        }
    }

    private static async Task ConverseAsync(HttpClient gateway)
    {
        var thread = await RunningChoir.CreateThreadAsync(gateway);
        var cycle = await RunningChoir.ConverseAsync(gateway, thread, "A loom weaves the weft between the threads of the warp.");
        await RunningChoir.AnchorAsync(gateway, thread, cycle.GetProperty("cycleId").GetString()!);
    }

    private static IEnumerable<ScrapedMetric> Expected(CatalogueEntry entry) =>
        new[] { Exporter.Hosts, Exporter.Gateway }
            .Where(by => entry.By.HasFlag(by))
            .Select(by => new ScrapedMetric(entry.Name, entry.Type, by, string.Join(", ", entry.Labels)));

    private static string Lines(IEnumerable<ScrapedMetric> metrics) => string.Join('\n', metrics.Select(one => $"  {one}").Order());
}
