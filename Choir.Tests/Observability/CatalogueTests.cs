using System.Net;
using System.Net.Http.Json;
using Choir.Tests.Integration.EndToEnd;
using Choir.Tests.Support;

namespace Choir.Tests.Observability;

/// <summary>What a running Choir exports, against the catalogue, in both directions.</summary>
public sealed class CatalogueTests(RunningChoir choir)
{
    // The anchor's chain, and everything that is looked at every few seconds only.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_a_conversation_the_whole_catalogue_is_exported_and_nothing_else()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "What is told of the machine differs elsewhere.");
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
            Patience,
            () => $"; missing are\n{Lines(expected.Except(exported))}\nnot in the catalogue are\n{Lines(exported.Except(possible))}");
        Assert.True(exported.IsSubsetOf(possible), $"Not in the catalogue:\n{Lines(exported.Except(possible))}");
    }

    [Fact]
    public async Task What_is_there_only_after_something_happened_is_there_when_it_has()
    {
        using var gateway = await choir.GatewayAsync();
        var thread = await RunningChoir.CreateThreadAsync(gateway);
        using var refused = await gateway.PostAsJsonAsync(
            new Uri($"/actors/ThreadActor/{thread}/messages", UriKind.Relative), new { type = "SUBMIT_INPUT", data = new { content = "" } }, Token);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        var expected = Expected(Catalogue.All.Single(entry => entry.Name == "actor_hot_errors_per_second")).Single();
        await Eventually.HoldsAsync(
            "a failure among the hottest", async () => (await ScrapedMetrics.OfAsync(gateway)).OwnMetrics().Contains(expected));
    }

    [Fact]
    public async Task Ids_are_on_the_hottest_only_and_no_attribute_is_an_address_or_a_text_of_a_user()
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
