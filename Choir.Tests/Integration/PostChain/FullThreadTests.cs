using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Choir.Contracts.Threads;
using Choir.Tests.Support;

namespace Choir.Tests.Integration.PostChain;

/// <summary>More inputs than a thread takes, over HTTP.</summary>
public sealed class FullThreadTests(PostgresFixture postgres)
{
    private const string Key = "the-key-of-the-tests";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_input_for_a_full_thread_is_refused_and_those_before_and_after_complete()
    {
        const int Limit = 3;
        await using var cluster = await PostChainCluster.StartAsync(postgres, ("PostChain__MaxRunningCycles", $"{Limit}"));
        await using var gateway = await GatewayProcess.StartAsync(cluster.ConnectionString, ("CHOIR_API_KEY", Key));
        using var http = await ClientAsync(gateway);
        var thread = await cluster.CreateThreadAsync();
        var accepted = new List<string>();

        // With the index locked no cycle ends.
        await using (await cluster.LockAsync("knowledge_passages"))
        {
            for (var number = 0; number < Limit; number++)
            {
                accepted.Add(await AcceptedAsync(http, thread));
            }

            for (var number = 0; number < 2; number++)
            {
                using var refused = await PostAsync(http, thread);
                Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
                Assert.NotNull(refused.Headers.RetryAfter);
                var problem = await refused.Content.ReadFromJsonAsync<JsonElement>(Token);
                Assert.Equal("mailbox_full", problem.GetProperty("code").GetString());
                Assert.Contains($"{Limit} cycles of this thread are running", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
            }

            Assert.Equal((2, 0), await RefusalsAsync(cluster));
        }

        await AllEndAsync(cluster);
        accepted.Add(await AcceptedAsync(http, thread));
        await AllEndAsync(cluster);
        Assert.Equal(accepted.Order(StringComparer.Ordinal), await CompletedAsync(cluster));
    }

    [Fact]
    public async Task What_a_flooded_thread_accepts_completes_without_being_sent_again()
    {
        // Many more than are in the phases at once, so that the last ones wait for longer than the time after which a message
        // counts as lost.
        const int Limit = 300;
        const int Connections = 200;
        const int Each = 10;
        await using var cluster = await PostChainCluster.StartAsync(
            postgres, ("PostChain__MaxRunningCycles", $"{Limit}"), ("PostChain__StallAfter", "00:00:05"));
        await using var gateway = await GatewayProcess.StartAsync(
            cluster.ConnectionString, ("CHOIR_API_KEY", Key));
        using var http = await ClientAsync(gateway);
        var thread = await cluster.CreateThreadAsync();
        var (accepted, refused, others) = (new ConcurrentBag<string>(), new ConcurrentBag<string>(), new ConcurrentBag<string>());
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Connections * Each),
            new ParallelOptions { MaxDegreeOfParallelism = Connections, CancellationToken = Token },
            async (_, _) =>
            {
                using var response = await PostAsync(http, thread);
                var body = await response.Content.ReadAsStringAsync(Token);
                switch (response.StatusCode)
                {
                    case HttpStatusCode.Accepted:
                        accepted.Add(CycleIdOf(body));
                        break;
                    case HttpStatusCode.ServiceUnavailable
                        when response.Headers.RetryAfter is not null && body.Contains("\"mailbox_full\"", StringComparison.Ordinal):
                        refused.Add(body);
                        break;
                    default:
                        others.Add(body);
                        break;
                }
            });

        Assert.Empty(others);
        Assert.NotEmpty(refused);
        await AllEndAsync(cluster);
        accepted.Add(await AcceptedAsync(http, thread));
        await AllEndAsync(cluster);
        Assert.Equal(accepted.Order(StringComparer.Ordinal), await CompletedAsync(cluster));
        Assert.Equal((refused.Count, 0), await RefusalsAsync(cluster));
        Assert.DoesNotContain("Resuming cycle", cluster.Hosts[0].Log, StringComparison.Ordinal);
    }

    private static async Task<HttpClient> ClientAsync(GatewayProcess gateway)
    {
        var http = new HttpClient { BaseAddress = await gateway.AddressAsync() };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        await Eventually.HoldsAsync("the gateway to be ready", async () =>
        {
            using var ready = await http.GetAsync(new Uri("/ready", UriKind.Relative), Token);
            return ready.IsSuccessStatusCode;
        });
        return http;
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient http, string thread) =>
        http.PostAsJsonAsync(new Uri($"/threads/{thread}/inputs", UriKind.Relative), new { content = "Glaciers are made of ice." }, Token);

    private static async Task<string> AcceptedAsync(HttpClient http, string thread)
    {
        using var response = await PostAsync(http, thread);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return CycleIdOf(await response.Content.ReadAsStringAsync(Token));
    }

    private static string CycleIdOf(string body) => JsonElement.Parse(body).GetProperty("cycleId").GetString()!;

    private static async Task AllEndAsync(PostChainCluster cluster) => await cluster.UntilAsync(
        "the end of every cycle", async () => (await IdsAsync(cluster, "running")).Count == 0 ? "ended" : null);

    /// <summary>The completed cycles of the database, in which every other cycle would be a failed one.</summary>
    private static async Task<IReadOnlyList<string>> CompletedAsync(PostChainCluster cluster)
    {
        Assert.Empty(await IdsAsync(cluster, "failed"));
        return await IdsAsync(cluster, "completed");
    }

    private static async Task<IReadOnlyList<string>> IdsAsync(PostChainCluster cluster, string status)
    {
        await using var command = cluster.Database.CreateCommand("SELECT cycle_id::text FROM cycles WHERE status = $1");
        command.Parameters.AddWithValue(status);
        await using var reader = await command.ExecuteReaderAsync(Token);
        var ids = new List<string>();
        while (await reader.ReadAsync(Token))
        {
            ids.Add(reader.GetString(0));
        }

        return [.. ids.Order(StringComparer.Ordinal)];
    }

    /// <summary>How many inputs the host counts as refused, and how many as failed.</summary>
    private static async Task<(double Rejected, double Failed)> RefusalsAsync(PostChainCluster cluster)
    {
        var metrics = await cluster.Hosts[0].MetricsAsync();
        return (InputsWith("rejected"), InputsWith("error"));

        double InputsWith(string outcome) => metrics.Sum(
            "actor_messages_total", ("actor_type", ThreadMessages.ActorType), ("message_type", ThreadMessages.SubmitInput), ("outcome", outcome)) ?? 0;
    }
}
