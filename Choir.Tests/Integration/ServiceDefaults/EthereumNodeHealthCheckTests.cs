using System.Text.Json;
using Choir.ServiceDefaults.Health;
using Choir.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Integration.ServiceDefaults;

/// <summary>Uses a real anvil, and a scripted node for responses that anvil does not have.</summary>
public sealed class EthereumNodeHealthCheckTests
{
    [Fact]
    public async Task A_running_node_is_healthy_and_the_check_of_a_frozen_one_can_be_cancelled()
    {
        await using var anvil = await AnvilProcess.StartAsync();
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(anvil.Url)).Status);

        anvil.Freeze();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => CheckAsync(anvil.Url, limit: TimeSpan.FromSeconds(1)));

        anvil.Continue();
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(anvil.Url)).Status);
    }

    [Fact]
    public async Task A_check_can_be_repeated()
    {
        await using var anvil = await AnvilProcess.StartAsync();
        using var check = new EthereumNodeHealthCheck(Options.Create(new ChainHealthOptions { Url = anvil.Url }), TimeProvider.System);
        for (var i = 0; i < 3; i++)
        {
            var result = await check.CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken);
            Assert.Equal((HealthStatus.Healthy, null), (result.Status, result.Description));
        }
    }

    [Fact]
    public async Task Fields_of_eth_syncing_that_are_missing_or_numbers_are_no_error()
    {
        await using var node = await StartNodeAsync(_ => new { currentBlock = 1, highestBlock = 20, stages = Array.Empty<string>() });
        Assert.Equal(HealthStatus.Degraded, (await CheckAsync(new Uri(node.Urls.First()))).Status);

        await using var odd = await StartNodeAsync(_ => new { batchSeen = 1 });
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(new Uri(odd.Urls.First()))).Status);
    }

    [Fact]
    public async Task An_unreachable_node_is_unhealthy_with_the_reason_of_the_specification()
    {
        var result = await CheckAsync(new Uri("http://127.0.0.1:1"));
        Assert.Equal(HealthStatus.Unhealthy, result.Status);
        Assert.StartsWith("Blockchain error: ", result.Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0x64", "0x69", HealthStatus.Healthy)]
    [InlineData("0x64", "0x6a", HealthStatus.Degraded)]
    public async Task More_than_five_blocks_behind_is_degraded(string current, string highest, HealthStatus expected)
    {
        await using var node = await StartNodeAsync(_ => new { currentBlock = current, highestBlock = highest });
        var result = await CheckAsync(new Uri(node.Urls.First()));
        Assert.Equal(expected, result.Status);
        Assert.Equal(expected == HealthStatus.Healthy ? null : "Blockchain node is not synced", result.Description);
    }

    [Theory]
    [InlineData(60, HealthStatus.Healthy)]
    [InlineData(61, HealthStatus.Degraded)]
    public async Task The_age_of_the_latest_block_counts_if_a_limit_is_set(int seconds, HealthStatus expected)
    {
        var time = new FakeTimeProvider();
        var madeAt = time.GetUtcNow().AddSeconds(-seconds).ToUnixTimeSeconds();
        await using var node = await StartNodeAsync(
            method => method == "eth_syncing" ? false : new { timestamp = $"0x{madeAt:x}" });
        var url = new Uri(node.Urls.First());
        Assert.Equal(expected, (await CheckAsync(url, TimeSpan.FromSeconds(60), time)).Status);
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(url, maxAge: null, time)).Status);
    }

    private static async Task<HealthCheckResult> CheckAsync(
        Uri url, TimeSpan? maxAge = null, TimeProvider? time = null, TimeSpan? limit = null)
    {
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        soon.CancelAfter(limit ?? TimeSpan.FromSeconds(30));
        using var check = new EthereumNodeHealthCheck(
            Options.Create(new ChainHealthOptions { Url = url, MaxBlockAge = maxAge }), time ?? TimeProvider.System);
        return await check.CheckHealthAsync(new HealthCheckContext(), soon.Token);
    }

    private static async Task<WebApplication> StartNodeAsync(Func<string, object> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        var node = builder.Build();
        node.Urls.Add("http://127.0.0.1:0");
        node.MapPost("/", (JsonElement request) => Results.Json(
            new { jsonrpc = "2.0", id = 1, result = answer(request.GetProperty("method").GetString()!) }));
        await node.StartAsync(TestContext.Current.CancellationToken);
        return node;
    }
}
