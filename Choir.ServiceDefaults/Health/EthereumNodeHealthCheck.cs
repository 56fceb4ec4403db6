using System.Net;
using Choir.ServiceDefaults.Ethereum;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Nethereum.JsonRpc.Client;
using Newtonsoft.Json.Linq;

namespace Choir.ServiceDefaults.Health;

/// <summary>Checks that the Ethereum node answers what the ledger asks first, and how far it is synchronised.</summary>
/// <remarks>
/// A node without <c>eth_syncing</c> can be healthy: development nodes have no network. Uses its own HTTP client without
/// retries, because a probe must report the current state.
/// </remarks>
public sealed class EthereumNodeHealthCheck : IHealthCheck, IDisposable
{
    /// <summary>How many blocks behind the network a node may be and still count as synced.</summary>
    public const long MaxBlocksBehind = 5;

    /// <summary>Any account: the check shows that the node counts transactions, not how many there are.</summary>
    private const string AnyAccount = "0x0000000000000000000000000000000000000000";

    private const string NotSynced = "Blockchain node is not synced";

    private readonly ChainHealthOptions _options;
    private readonly TimeProvider _time;
    private readonly IAnchoringMonitor? _anchoring;
    private readonly HttpClient _http;
    private readonly RpcClient _client;

    /// <summary>Creates the check.</summary>
    /// <param name="options">The node's address and the maximum age of its latest block.</param>
    /// <param name="time">The clock for the age of the latest block.</param>
    /// <param name="anchoring">Knows whether anchoring is stuck; null to check the node only.</param>
    public EthereumNodeHealthCheck(
        IOptions<ChainHealthOptions> options, TimeProvider time, IAnchoringMonitor? anchoring = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Value;
        (_time, _anchoring) = (time, anchoring);
        _http = new HttpClient(new NodeAnswerHandler(_options.Url!, new SocketsHttpHandler
        {
            // Finds the node again when its name resolves to another address.
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            // A request must not go where an answer says.
            AllowAutoRedirect = false,
            // Some proxies compress answers although nobody asked for it.
            AutomaticDecompression = DecompressionMethods.All,
            // No spans: a probe does not belong to a trace, and the URL may contain an access key.
            ActivityHeadersPropagator = null,
        }));
        // One for all checks: its constructor sets properties of the HTTP client, which is not allowed after a request.
        _client = new RpcClient(_options.Url!, _http);
    }

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        // Nethereum's calls take no cancellation token. The monitor runs one check at a time, so these requests are this check's.
        await using var cancellation = cancellationToken.Register(_http.CancelPendingRequests);
        try
        {
            // Both at the same time: a slow database must not use up the time in which the node has to answer.
            var anchoring = _anchoring?.ProblemAsync(cancellationToken) ?? Task.FromResult<string?>(null);
            var problem = await LagAsync().WaitAsync(cancellationToken) ?? await anchoring;
            return problem is null ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded(problem);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return HealthCheckResult.Unhealthy($"Blockchain error: {NodeAnswerException.ReasonOf(exception)}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>In which way the node is behind; null if it is not.</summary>
    private async Task<string?> LagAsync()
    {
        var syncing = NodeSync.OfAsync(_client);
        await Task.WhenAll(
            _client.NumberAsync("eth_chainId"),
            _client.NumberAsync("eth_blockNumber"),
            _client.NumberAsync("eth_getTransactionCount", AnyAccount, "latest"));
        var sync = await syncing;
        if (sync.BlocksBehind > MaxBlocksBehind)
        {
            return NotSynced;
        }

        if (sync is { IsSyncing: true, BlocksBehind: null })
        {
            return $"{NotSynced}; it does not say how many blocks are missing";
        }

        return _options.MaxBlockAge is { } maxAge && await LatestBlockAgeAsync() > maxAge.TotalSeconds ? NotSynced : null;
    }

    /// <summary>The age of the latest block in seconds. The result is a double, because a node may send any number.</summary>
    private async Task<double> LatestBlockAgeAsync()
    {
        var latest = await _client.SendRequestAsync<JToken>("eth_getBlockByNumber", null, "latest", false) as JObject;
        var madeAt = NodeNumbers.Read(latest?["timestamp"])
            ?? throw new NodeAnswerException("The node answered eth_getBlockByNumber without the block's timestamp.");
        return (double)(_time.GetUtcNow().ToUnixTimeSeconds() - madeAt);
    }
}

/// <summary>Registers the health check of the Ethereum node.</summary>
public static class EthereumNodeHealthCheckExtensions
{
    /// <summary>
    /// Adds the component <see cref="HealthComponents.Blockchain"/>. It is degraded too while a registered
    /// <see cref="IAnchoringMonitor"/> says that anchoring is stuck.
    /// </summary>
    /// <param name="checks">The health checks builder.</param>
    /// <returns>The same builder.</returns>
    public static IHealthChecksBuilder AddEthereumNode(this IHealthChecksBuilder checks)
    {
        ArgumentNullException.ThrowIfNull(checks);
        checks.Services.AddOptions<ChainHealthOptions>().BindSettings(ChainHealthOptions.Section);
        checks.Services.AddSingleton<EthereumNodeHealthCheck>();
        return checks.AddCheck<EthereumNodeHealthCheck>(HealthComponents.Blockchain);
    }
}
