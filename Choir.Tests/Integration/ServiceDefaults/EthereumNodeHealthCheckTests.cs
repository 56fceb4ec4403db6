using System.Net;
using System.Net.Sockets;
using System.Text;
using Choir.ServiceDefaults.Health;
using Choir.Tests.Support;
using Choir.Tests.Support.Hostile;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Integration.ServiceDefaults;

/// <summary>A real anvil, and a proxy before it for what anvil does not answer.</summary>
public sealed class EthereumNodeHealthCheckTests(HostileNodeFixture fixture) : IClassFixture<HostileNodeFixture>
{
    private const string NotSynced = "Blockchain node is not synced";

    private readonly HostileNode _node = fixture.Reset();

    [Fact]
    public async Task A_running_node_is_healthy_however_often_it_is_asked_and_the_check_of_a_frozen_one_can_be_cancelled()
    {
        await using var anvil = await AnvilProcess.StartAsync();
        using var check = new EthereumNodeHealthCheck(Options.Create(new ChainHealthOptions { Url = anvil.Url }), TimeProvider.System);
        for (var i = 0; i < 3; i++)
        {
            var result = await check.CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken);
            Assert.Equal((HealthStatus.Healthy, null), (result.Status, result.Description));
        }

        anvil.Freeze();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => CheckAsync(anvil.Url, limit: TimeSpan.FromSeconds(1)));

        anvil.Continue();
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(anvil.Url)).Status);
    }

    [Fact]
    public async Task An_unreachable_node_is_unhealthy_with_the_reason_of_the_specification()
    {
        var result = await CheckAsync(new Uri("http://127.0.0.1:1"));
        Assert.Equal(HealthStatus.Unhealthy, result.Status);
        Assert.StartsWith("Blockchain error: ", result.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_answers_eth_syncing_and_nothing_else_is_unhealthy()
    {
        _node.OnOthers(Answer.Unsupported);
        _node.On("eth_syncing", Answer.Result("false"));
        var result = await CheckAsync(_node.Url);
        Assert.Equal(HealthStatus.Unhealthy, result.Status);
        Assert.Matches("^Blockchain error: The method eth_.* does not exist", result.Description!);
    }

    [Theory]
    [InlineData("eth_blockNumber", "null", "with null, not with a number")]
    [InlineData("eth_blockNumber", "\"latest\"", "with \"latest\", not with a number")]
    [InlineData("eth_blockNumber", "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"", "with \"aaaaaaaa")]
    [InlineData("eth_blockNumber", "\"0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"", "with a number that is too large")]
    [InlineData("eth_blockNumber", "9223372036854775808", "with a number that is too large")]
    [InlineData("eth_chainId", "-1", "with -1, not with a number")]
    [InlineData("eth_chainId", "\"0x\"", "with \"0x\", not with a number")]
    [InlineData("eth_chainId", "{}", "with {}, not with a number")]
    [InlineData("eth_getTransactionCount", "1.5", "with 1.5, not with a number")]
    [InlineData("eth_getTransactionCount", "true", "with true, not with a number")]
    public async Task A_number_that_the_ledger_cannot_use_is_unhealthy_with_the_reason(string method, string result, string reason)
    {
        _node.On(method, Answer.Result(result));
        var health = await CheckAsync(_node.Url);
        Assert.Equal(HealthStatus.Unhealthy, health.Status);
        Assert.StartsWith($"Blockchain error: The node answered {method} {reason}", health.Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>Bad gateway</html>", 200, "The node's answer is not JSON: \"<html>Bad gateway</html>\"")]
    [InlineData("<html>Bad gateway</html>", 502, "the node answered HTTP 502")]
    [InlineData("", 200, "The node's answer is empty.")]
    [InlineData("null", 200, "The node's answer is not JSON-RPC: \"null\"")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x", 200, "The node's answer is not JSON")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1}", 200, "The node's answer has neither a result nor an error: ")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":null}", 200, "The node's answer has neither a result nor an error: ")]
    [InlineData("{\"message\":\"no healthy upstream\"}", 503, "the node answered HTTP 503")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":\"rate limit\"}", 200, "rate limit")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32005}}", 429, "{\"code\":-32005}")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32005,\"message\":\"too \\u0000many\"}}", 400, "too \u2400many")]
    public async Task An_answer_that_is_not_the_protocols_is_unhealthy_with_the_reason(string body, int status, string reason)
    {
        _node.On("eth_chainId", Answer.Body(body, status));
        var health = await CheckAsync(_node.Url);
        Assert.Equal(HealthStatus.Unhealthy, health.Status);
        Assert.StartsWith("Blockchain error: " + reason, health.Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32005,\"message\":\"project id KEY exceeded its limit\"}}", 429, "project id [redacted] exceeded its limit: eth_chainId")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":\"KEY\"}", 200, "[redacted]: eth_chainId")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"path\":\"/v3/KEY\"}}", 400, "{\"path\":\"/v3/[redacted]\"}: eth_chainId")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"over limit: KEY\"}", 200, "The node answered eth_chainId with \"over limit: [redacted]\", not with a number.")]
    [InlineData("<html>It is long until the end: cannot POST the path /v3/KEY</html>", 200, "The node's answer is not JSON: \"<html>It is long until the end: cannot POST the path /v3/[redacted]</html>\"")]
    [InlineData("{\"path\":\"/v3/KEY\"}", 200, "The node's answer has neither a result nor an error: \"{\"path\":\"/v3/[redacted]\"}\"")]
    public async Task The_access_key_in_the_address_is_not_in_the_reason(string body, int status, string reason)
    {
        const string Key = "c0ffee0123456789c0ffee0123456789";
        _node.On("eth_chainId", Answer.Body(body.Replace("KEY", Key, StringComparison.Ordinal), status));
        Assert.Equal("Blockchain error: " + reason, (await CheckAsync(new Uri(_node.Url, "v3/" + Key))).Description);
    }

    [Theory]
    [InlineData("HTTP/1.1 401 KEY\r\nContent-Length: 0\r\n\r\n", "the node answered HTTP 401")]
    [InlineData("KEY is wrong\r\n\r\n", "Received an invalid status line: '[redacted] is wrong'.")]
    public async Task The_access_key_in_the_head_of_an_answer_is_not_in_the_reason(string answer, string reason)
    {
        const string Key = "c0ffee0123456789c0ffee0123456789";
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync();
        var health = await CheckAsync(new Uri($"http://{listener.LocalEndpoint}/v3/{Key}"));
        listener.Stop();
        await serving;
        Assert.Equal("Blockchain error: " + reason, health.Description);

        async Task ServeAsync()
        {
            var connections = new List<TcpClient>();
            try
            {
                while (true)
                {
                    connections.Add(await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken));
                    var stream = connections[^1].GetStream();
                    await stream.ReadAtLeastAsync(new byte[4_096], 1, cancellationToken: TestContext.Current.CancellationToken);
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(answer.Replace("KEY", Key, StringComparison.Ordinal)));
                }
            }
            catch (Exception exception) when (exception is SocketException or InvalidOperationException or IOException)
            {
                // The listener was stopped.
                connections.ForEach(connection => connection.Dispose());
            }
        }
    }

    [Fact]
    public async Task A_redirect_is_not_followed_and_the_reason_names_its_host_only()
    {
        await using var other = await HostileModel.StartAsync();
        _node.OnOthers(_ => Task.FromResult(HttpReply.Text("", 307) with { Header = ("Location", $"{other.Url}a-secret-path") }));
        Assert.Equal(
            $"Blockchain error: The node redirects to {other.Url.GetLeftPart(UriPartial.Authority)}, which is not followed. Set Chain:Url to the right address.",
            (await CheckAsync(_node.Url)).Description);
        Assert.Equal(0, other.Requests);
    }

    [Fact]
    public async Task The_reason_of_a_certificate_that_is_not_trusted_is_told()
    {
        await using var untrusted = UntrustedServer.Start();
        Assert.Matches(
            "^Blockchain error: The SSL connection could not be established: The remote certificate is invalid .*UntrustedRoot",
            (await CheckAsync(untrusted.Url)).Description!);
    }

    [Fact]
    public async Task A_huge_answer_is_unhealthy_after_its_limit()
    {
        _node.On("eth_chainId", _ => Task.FromResult(new HttpReply(200, new byte[64 * 1024], Repeat: 100_000)));
        Assert.Equal("Blockchain error: The node's answer is larger than 16 MiB.", (await CheckAsync(_node.Url)).Description);
    }

    [Theory]
    [InlineData("eth_chainId", "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x7a69\",\"error\":null}", 200)]
    [InlineData("eth_chainId", "{\"id\":1,\"result\":\"0X7A69\"}", 200)]
    [InlineData("eth_blockNumber", "{\"jsonrpc\":\"2.0\",\"id\":null,\"result\":7}", 200)]
    [InlineData("eth_syncing", "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32601,\"message\":\"Method not found\"}}", 400)]
    [InlineData("eth_syncing", "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":null}", 200)]
    [InlineData("eth_syncing", "<html></html>", 200)]
    public async Task What_the_ledger_can_use_is_healthy(string method, string body, int status)
    {
        _node.On(method, Answer.Body(body, status));
        var health = await CheckAsync(_node.Url);
        Assert.Equal((HealthStatus.Healthy, null), (health.Status, health.Description));
    }

    [Theory]
    [InlineData("{\"currentBlock\":\"0x64\",\"highestBlock\":\"0x69\"}", null)]
    [InlineData("{\"currentBlock\":\"0x64\",\"highestBlock\":\"0x6a\"}", NotSynced)]
    [InlineData("{\"currentBlock\":1,\"highestBlock\":20,\"stages\":[]}", NotSynced)]
    [InlineData("{\"currentBlock\":\"0x1\",\"highestBlock\":\"0xffffffffffffffffffffffffffffffff\"}", NotSynced)]
    [InlineData("{\"currentBlock\":\"0x9\",\"highestBlock\":\"0x0\"}", null)]
    [InlineData("{\"batchSeen\":1}", NotSynced + "; it does not say how many blocks are missing")]
    [InlineData("{}", NotSynced + "; it does not say how many blocks are missing")]
    [InlineData("true", NotSynced + "; it does not say how many blocks are missing")]
    [InlineData("false", null)]
    public async Task A_node_more_than_five_blocks_behind_is_degraded(string syncing, string? reason)
    {
        _node.On("eth_syncing", Answer.Result(syncing));
        var health = await CheckAsync(_node.Url);
        Assert.Equal(reason is null ? HealthStatus.Healthy : HealthStatus.Degraded, health.Status);
        Assert.Equal(reason, health.Description);
    }

    [Theory]
    [InlineData(60, HealthStatus.Healthy)]
    [InlineData(61, HealthStatus.Degraded)]
    public async Task The_age_of_the_latest_block_counts_if_a_limit_is_set(int seconds, HealthStatus expected)
    {
        var time = new FakeTimeProvider();
        var madeAt = time.GetUtcNow().AddSeconds(-seconds).ToUnixTimeSeconds();
        _node.On("eth_getBlockByNumber", Answer.Result($"{{\"timestamp\":\"0x{madeAt:x}\"}}"));
        Assert.Equal(expected, (await CheckAsync(_node.Url, TimeSpan.FromSeconds(60), time)).Status);
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(_node.Url, maxAge: null, time)).Status);
    }

    [Theory]
    [InlineData("null", HealthStatus.Unhealthy)]
    [InlineData("{\"timestamp\":null}", HealthStatus.Unhealthy)]
    [InlineData("{\"timestamp\":\"0xffffffffffffffffffffffff\"}", HealthStatus.Healthy)]
    public async Task A_latest_block_with_an_odd_time_is_no_exception(string block, HealthStatus expected)
    {
        _node.On("eth_getBlockByNumber", Answer.Result(block));
        Assert.Equal(expected, (await CheckAsync(_node.Url, TimeSpan.FromSeconds(60))).Status);
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
}
