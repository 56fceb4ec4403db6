using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Choir.ServiceDefaults.Health;

/// <summary>Asks the Ethereum node for its sync state over plain JSON-RPC.</summary>
/// <remarks>
/// Has an HTTP client of its own: the services' clients retry, and a probe must say what is, not what could be had by
/// patience. See <see href="https://ethereum.org/developers/docs/apis/json-rpc/"/> for the methods.
/// </remarks>
public sealed class EthereumNodeHealthCheck : IHealthCheck, IDisposable
{
    /// <summary>How many blocks behind the network a node may be and still count as synced.</summary>
    public const long MaxBlocksBehind = 5;

    private readonly ChainHealthOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    /// <summary>Makes the check.</summary>
    /// <param name="options">Where the node is.</param>
    /// <param name="time">The clock against which the newest block's age is measured.</param>
    public EthereumNodeHealthCheck(IOptions<ChainHealthOptions> options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Value;
        _time = time;

        // Connections are not kept for long, so that a node that moved behind a name is found again.
        _http = new HttpClient(new SocketsHttpHandler
        {
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            // No spans: a probe is no part of anybody's trace, and the address may hold an access key.
            ActivityHeadersPropagator = null,
        })
        {
            MaxResponseContentBufferSize = 1 << 20,
        };
    }

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var isSynced = await BlocksBehindAsync(cancellationToken) <= MaxBlocksBehind && await IsRecentAsync(cancellationToken);
            return isSynced ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded("Blockchain node is not synced");
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException or FormatException
            or InvalidOperationException or KeyNotFoundException or NotSupportedException)
        {
            return HealthCheckResult.Unhealthy($"Blockchain error: {exception.Message}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    // eth_syncing answers false, or an object with the block that the node has and the highest that it knows of.
    private async Task<long> BlocksBehindAsync(CancellationToken cancellationToken)
    {
        var syncing = await CallAsync("eth_syncing", [], cancellationToken);
        return syncing.ValueKind == JsonValueKind.Object
            ? Quantity(syncing.GetProperty("highestBlock")) - Quantity(syncing.GetProperty("currentBlock"))
            : 0;
    }

    private async Task<bool> IsRecentAsync(CancellationToken cancellationToken)
    {
        if (_options.MaxBlockAge is not { } maxAge)
        {
            return true;
        }

        var block = await CallAsync("eth_getBlockByNumber", ["latest", false], cancellationToken);
        var madeAt = DateTimeOffset.FromUnixTimeSeconds(Quantity(block.GetProperty("timestamp")));
        return _time.GetUtcNow() - madeAt <= maxAge;
    }

    private async Task<JsonElement> CallAsync(string method, object[] parameters, CancellationToken cancellationToken)
    {
        using var response = await _http.PostAsJsonAsync(
            _options.Url, new { jsonrpc = "2.0", id = 1, method, @params = parameters }, cancellationToken);
        response.EnsureSuccessStatusCode();
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        if (answer.TryGetProperty("error", out var error))
        {
            throw new InvalidOperationException($"{method} was refused: {error.GetProperty("message").GetString()}");
        }

        return answer.GetProperty("result");
    }

    private static long Quantity(JsonElement value) =>
        long.Parse(value.GetString().AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}

/// <summary>Registers the check.</summary>
public static class EthereumNodeHealthCheckExtensions
{
    /// <summary>Adds the component <see cref="HealthComponents.Blockchain"/>.</summary>
    /// <param name="checks">The health checks.</param>
    /// <returns>The same.</returns>
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
