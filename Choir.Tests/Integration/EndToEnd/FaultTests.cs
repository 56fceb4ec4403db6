using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Choir.Tests.Observability.EndToEnd;
using Choir.Tests.Support;

namespace Choir.Tests.Integration.EndToEnd;

/// <summary>The behaviour when a component of Choir freezes or dies.</summary>
[Collection(DisturbedChoir.Name)]
public class FaultTests(WatchedChoir watched)
{
    /// <summary>Recovery needs probes and reminders that take some seconds each, more on a busy machine.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(4);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private readonly RunningChoir _choir = watched.Choir;

    [Fact]
    public async Task A_frozen_node_delays_only_anchors()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), Processes.Need);
        using var gateway = await _choir.GatewayAsync();
        await Eventually.HoldsAsync("all to be healthy", async () => (await HealthAsync(gateway)).Status == "healthy", Timeout);
        var thread = await RunningChoir.CreateThreadAsync(gateway);
        JsonElement cycle;
        using (Processes.Freeze(await _choir.ProcessOfAsync("ethereum")))
        {
            await Eventually.HoldsAsync("the blockchain to be unhealthy", async () => (await HealthAsync(gateway)).Of("blockchain") == "unhealthy", Timeout);
            var (status, components) = await HealthAsync(gateway);
            Assert.Equal("unhealthy", status);
            Assert.StartsWith("Blockchain error: ", components.GetProperty("blockchain").GetProperty("reason").GetString(), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, await StatusOfAsync(gateway, "/ready"));

            cycle = await RunningChoir.ConverseAsync(gateway, thread, "A barometer falls before a storm because the air grows lighter.");
            RunningChoir.AssertWentThroughSixPhases(cycle);
            Assert.Equal(HttpStatusCode.OK, await StatusOfAsync(gateway, "/ready"));
        }

        await Eventually.HoldsAsync("all to be healthy again", async () => (await HealthAsync(gateway)).Status == "healthy", Timeout);
        var anchor = await RunningChoir.AnchorAsync(gateway, thread, cycle.GetProperty("cycleId").GetString()!);
        Assert.Equal(1, (await RecordedAsync()).GetValueOrDefault(anchor.GetProperty("cycleHash").GetString()!));
    }

    [Fact]
    public async Task A_frozen_database_is_reported_at_once_and_Choir_recovers()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), Processes.Need);
        using var gateway = await _choir.GatewayAsync();
        await Eventually.HoldsAsync("all to be healthy", async () => (await HealthAsync(gateway)).Status == "healthy", Timeout);
        var thread = await RunningChoir.CreateThreadAsync(gateway);
        using (Processes.Freeze(await _choir.ProcessOfAsync("postgres")))
        {
            await Eventually.HoldsAsync(
                "Choir not to be ready", async () => await StatusOfAsync(gateway, "/ready") == HttpStatusCode.ServiceUnavailable, Timeout);
            Assert.Equal("unhealthy", (await HealthAsync(gateway)).Of("database"));

            await AssertDatabaseUnavailableAsync(await gateway.PostAsync(Address("/threads"), null, Token));
            await AssertDatabaseUnavailableAsync(await gateway.GetAsync(Address("/threads"), Token));
            await AssertDatabaseUnavailableAsync(await gateway.GetAsync(Address($"/threads/{thread}"), Token));
            await AssertDatabaseUnavailableAsync(await PostAsync(gateway, thread, "Nobody can store this."));
        }

        await Eventually.HoldsAsync("all to be healthy again", async () => (await HealthAsync(gateway)).Status == "healthy", Timeout);
        var cycle = await RunningChoir.ConverseAsync(gateway, thread, "A tide follows the moon, twice a day.");
        RunningChoir.AssertWentThroughSixPhases(cycle);
    }

    private static Uri Address(string path) => new(path, UriKind.Relative);

    private static Task<HttpResponseMessage> PostAsync(HttpClient gateway, string thread, string content) =>
        gateway.PostAsJsonAsync(Address($"/threads/{thread}/inputs"), new { content }, Token);

    private static async Task<HttpStatusCode> StatusOfAsync(HttpClient gateway, string path)
    {
        using var response = await gateway.GetAsync(Address(path), Token);
        return response.StatusCode;
    }

    private static async Task<Answer> HealthAsync(HttpClient gateway)
    {
        var health = await RunningChoir.ReadAsync(await gateway.GetAsync(Address("/health"), Token));
        return new(RunningChoir.StatusOf(health)!, health.GetProperty("components"));
    }

    private static async Task AssertDatabaseUnavailableAsync(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("database_unavailable", (await RunningChoir.ReadAsync(response)).GetProperty("code").GetString());
    }

    /// <summary>How often the chain has recorded each cycle's hash, the first argument of the contract's events.</summary>
    private async Task<Dictionary<string, int>> RecordedAsync()
    {
        var logs = await _choir.AskNodeAsync("eth_getLogs", new { fromBlock = "earliest", toBlock = "latest" });
        return logs.EnumerateArray().CountBy(log => log.GetProperty("topics")[1].GetString()!).ToDictionary();
    }

    private readonly record struct Answer(string Status, JsonElement Components)
    {
        public string? Of(string component) => RunningChoir.StatusOf(Components.GetProperty(component));
    }
}
