using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Choir.Tests.Support;

namespace Choir.Tests.Integration.EndToEnd;

/// <summary>What people see when a part of Choir freezes or dies. The parts belong to a Choir of these tests' own.</summary>
public class FaultTests(FaultTests.OwnChoir own) : IClassFixture<FaultTests.OwnChoir>
{
    /// <summary>Recovery takes probes and reminders of some seconds each, more on a busy machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private readonly RunningChoir _choir = own.Choir;

    [Fact]
    public async Task A_frozen_node_delays_anchors_and_nothing_else()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), Processes.Need);
        using var gateway = await _choir.Gateway();
        await Eventually.Holds("all to be healthy", async () => (await Health(gateway)).Status == "healthy", Patience);
        var thread = await RunningChoir.CreateThread(gateway);
        JsonElement cycle;
        using (Processes.Freeze(await _choir.ProcessOf("ethereum")))
        {
            await Eventually.Holds("the blockchain to be unhealthy", async () => (await Health(gateway)).Of("blockchain") == "unhealthy", Patience);
            var (status, components) = await Health(gateway);
            Assert.Equal("unhealthy", status);
            Assert.StartsWith("Blockchain error: ", components.GetProperty("blockchain").GetProperty("reason").GetString(), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, await StatusOf(gateway, "/ready"));

            cycle = await RunningChoir.Converse(gateway, thread, "A barometer falls before a storm because the air grows lighter.");
            RunningChoir.AssertWentThroughSixPhases(cycle);
            Assert.Equal(HttpStatusCode.OK, await StatusOf(gateway, "/ready"));
        }

        await Eventually.Holds("all to be healthy again", async () => (await Health(gateway)).Status == "healthy", Patience);
        var anchor = await RunningChoir.Anchor(gateway, thread, cycle.GetProperty("cycleId").GetString()!);
        Assert.Equal(1, (await Recorded()).GetValueOrDefault(anchor.GetProperty("cycleHash").GetString()!));
    }

    [Fact]
    public async Task A_frozen_database_is_named_at_once_and_all_is_well_after_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), Processes.Need);
        using var gateway = await _choir.Gateway();
        await Eventually.Holds("all to be healthy", async () => (await Health(gateway)).Status == "healthy", Patience);
        var thread = await RunningChoir.CreateThread(gateway);
        using (Processes.Freeze(await _choir.ProcessOf("postgres")))
        {
            await Eventually.Holds(
                "Choir not to be ready", async () => await StatusOf(gateway, "/ready") == HttpStatusCode.ServiceUnavailable, Patience);
            Assert.Equal("unhealthy", (await Health(gateway)).Of("database"));

            await AssertDatabaseUnavailable(await gateway.PostAsync(Address("/threads"), null, Token));
            await AssertDatabaseUnavailable(await gateway.GetAsync(Address("/threads"), Token));
            await AssertDatabaseUnavailable(await gateway.GetAsync(Address($"/threads/{thread}"), Token));
            await AssertDatabaseUnavailable(await Post(gateway, thread, "Nobody can store this."));
        }

        await Eventually.Holds("all to be healthy again", async () => (await Health(gateway)).Status == "healthy", Patience);
        var cycle = await RunningChoir.Converse(gateway, thread, "A tide follows the moon, twice a day.");
        RunningChoir.AssertWentThroughSixPhases(cycle);
    }

    [Fact]
    public async Task Every_input_that_was_accepted_while_a_host_died_completes_and_is_anchored_once()
    {
        const int Threads = 8;
        const int BeforeTheDeath = 16;
        const int AfterIt = 3;
        Assert.SkipUnless(OperatingSystem.IsLinux(), Processes.Need);
        using var gateway = await _choir.Gateway();
        await Eventually.Holds("all to be healthy", async () => (await Health(gateway)).Status == "healthy", Patience);
        var accepted = new ConcurrentBag<(string Thread, string Cycle)>();
        var died = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var posters = Enumerable.Range(0, Threads).Select(number => PostOn(number)).ToList();

        await Eventually.Holds("some inputs to be accepted", () => accepted.Count >= BeforeTheDeath || posters.Exists(poster => poster.IsFaulted));
        Processes.Signal("KILL", Processes.Tree(await _choir.ProcessOf("actor-host")));
        died.SetResult();
        await Task.WhenAll(posters);

        var hashes = new List<string>();
        foreach (var (thread, id) in accepted)
        {
            await Eventually.Holds(
                $"cycle {id} to complete", async () => RunningChoir.StatusOf(await RunningChoir.Cycle(gateway, thread, id)) != "running", Patience);
            var cycle = await RunningChoir.Cycle(gateway, thread, id);
            Assert.Equal("completed", RunningChoir.StatusOf(cycle));
            RunningChoir.AssertWentThroughSixPhases(cycle);
            hashes.Add((await RunningChoir.Anchor(gateway, thread, id)).GetProperty("cycleHash").GetString()!);
        }

        Assert.Distinct(hashes);
        var recorded = await Recorded();
        Assert.All(hashes, hash => Assert.Equal(1, recorded.GetValueOrDefault(hash)));

        async Task PostOn(int number)
        {
            var thread = await RunningChoir.CreateThread(gateway);
            for (int input = 0, after = 0; after < AfterIt; input++, after += died.Task.IsCompleted ? 1 : 0)
            {
                var response = await Post(gateway, thread, $"Lamp {number} of the harbor has been lit {input} times, and burns whale oil.");
                if (response.StatusCode == HttpStatusCode.Accepted)
                {
                    accepted.Add((thread, (await RunningChoir.Read(response)).GetProperty("cycleId").GetString()!));
                    continue;
                }

                // What the dead host had in hand is refused with a problem that says so, or answered too late.
                Assert.True(
                    response.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout, $"{response.StatusCode}");
                Assert.NotEmpty((await RunningChoir.Read(response)).GetProperty("code").GetString()!);
            }
        }
    }

    private static Uri Address(string path) => new(path, UriKind.Relative);

    private static Task<HttpResponseMessage> Post(HttpClient gateway, string thread, string content) =>
        gateway.PostAsJsonAsync(Address($"/threads/{thread}/inputs"), new { content }, Token);

    private static async Task<HttpStatusCode> StatusOf(HttpClient gateway, string path)
    {
        using var response = await gateway.GetAsync(Address(path), Token);
        return response.StatusCode;
    }

    private static async Task<Answer> Health(HttpClient gateway)
    {
        var health = await RunningChoir.Read(await gateway.GetAsync(Address("/health"), Token));
        return new(RunningChoir.StatusOf(health)!, health.GetProperty("components"));
    }

    private static async Task AssertDatabaseUnavailable(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("database_unavailable", (await RunningChoir.Read(response)).GetProperty("code").GetString());
    }

    /// <summary>How often the chain has recorded each cycle's hash: the contract's events carry it as their first argument.</summary>
    private async Task<Dictionary<string, int>> Recorded()
    {
        var logs = await _choir.AskNode("eth_getLogs", new { fromBlock = "earliest", toBlock = "latest" });
        return logs.EnumerateArray().CountBy(log => log.GetProperty("topics")[1].GetString()!).ToDictionary();
    }

    private readonly record struct Answer(string Status, JsonElement Components)
    {
        public string? Of(string component) => RunningChoir.StatusOf(Components.GetProperty(component));
    }

    /// <summary>Another Choir than that of the other tests, which nobody may disturb.</summary>
    public sealed class OwnChoir : IAsyncDisposable
    {
        /// <summary>It starts with the first use.</summary>
        public RunningChoir Choir { get; } = new();

        /// <inheritdoc/>
        public ValueTask DisposeAsync() => Choir.DisposeAsync();
    }
}
