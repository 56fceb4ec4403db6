using System.Numerics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Nethereum.Hex.HexConvertors.Extensions;
using Nethereum.Hex.HexTypes;
using Nethereum.JsonRpc.Client;
using Nethereum.RPC.Eth.Blocks;
using Nethereum.RPC.Eth.DTOs;
using Newtonsoft.Json.Linq;

namespace Choir.ServiceDefaults.Health;

/// <summary>Checks the sync state of the Ethereum node.</summary>
/// <remarks>Uses its own HTTP client without retries: a probe must report the current state.</remarks>
public sealed class EthereumNodeHealthCheck : IHealthCheck, IDisposable
{
    /// <summary>How many blocks behind the network a node may be and still count as synced.</summary>
    public const long MaxBlocksBehind = 5;

    private readonly ChainHealthOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;
    private readonly RpcClient _client;

    /// <summary>Creates the check.</summary>
    /// <param name="options">The node's address and the maximum age of its latest block.</param>
    /// <param name="time">The clock for the age of the latest block.</param>
    public EthereumNodeHealthCheck(IOptions<ChainHealthOptions> options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Value;
        _time = time;
        _http = new HttpClient(new SocketsHttpHandler
        {
            // Finds the node again when its name resolves to another address.
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            // No spans: a probe does not belong to a trace, and the URL may contain an access key.
            ActivityHeadersPropagator = null,
        });
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
            return await IsSyncedAsync().WaitAsync(cancellationToken)
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Degraded("Blockchain node is not synced");
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return HealthCheckResult.Unhealthy($"Blockchain error: {(exception.InnerException ?? exception).Message}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<bool> IsSyncedAsync()
    {
        // Not Nethereum's record of it: clients leave fields out, or write numbers instead of hexadecimal strings.
        var syncing = await _client.SendRequestAsync<JToken>("eth_syncing");
        if (syncing is JObject progress && Number(progress["highestBlock"]) is { } highest && Number(progress["currentBlock"]) is { } current
            && highest - current > MaxBlocksBehind)
        {
            return false;
        }

        if (_options.MaxBlockAge is not { } maxAge)
        {
            return true;
        }

        var latest = await new EthGetBlockWithTransactionsHashesByNumber(_client).SendRequestAsync(BlockParameter.CreateLatest());
        return _time.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds((long)latest.Timestamp.Value) <= maxAge;
    }

    private static BigInteger? Number(JToken? token) => token switch
    {
        { Type: JTokenType.Integer } => (BigInteger)(long)token,
        { Type: JTokenType.String } when ((string)token!).IsHex() => new HexBigInteger((string)token!).Value,
        _ => null,
    };
}

/// <summary>Registers the health check of the Ethereum node.</summary>
public static class EthereumNodeHealthCheckExtensions
{
    /// <summary>Adds the component <see cref="HealthComponents.Blockchain"/>.</summary>
    /// <param name="checks">The health checks builder.</param>
    /// <returns>The same builder.</returns>
    public static IHealthChecksBuilder AddEthereumNode(this IHealthChecksBuilder checks)
    {
        ArgumentNullException.ThrowIfNull(checks);
        checks.Services.AddOptions<ChainHealthOptions>()
            .BindConfiguration(ChainHealthOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        checks.Services.AddSingleton<EthereumNodeHealthCheck>();
        return checks.AddCheck<EthereumNodeHealthCheck>(HealthComponents.Blockchain);
    }
}
