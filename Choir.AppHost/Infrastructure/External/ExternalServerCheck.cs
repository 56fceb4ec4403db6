using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Choir.AppHost.Infrastructure.Ethereum;
using Choir.ServiceDefaults.Http;
using Npgsql;

namespace Choir.AppHost.Infrastructure.External;

/// <summary>
/// Asks the existing servers once before anything starts. A server that refuses is an error; one that does not answer is waited for,
/// and the terminal says so.
/// </summary>
internal static class ExternalServerCheck
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    public static void CheckBeforeStart(IDistributedApplicationBuilder builder, ExternalServers servers) =>
        builder.Eventing.Subscribe<BeforeStartEvent>(async (_, cancellation) =>
        {
            if (servers.Database is { } database)
            {
                Progress.Say($"Postgres: the existing database {ExternalServers.Describe(database)} ({ExternalServers.DatabaseSetting}).");
                await CheckDatabaseAsync(database, cancellation);
            }

            if (servers.Chain is { } chain)
            {
                Progress.Say($"Ethereum: the existing node {ExternalServers.Describe(chain)} ({ExternalServers.ChainSetting}).");
                await CheckChainAsync(chain, cancellation);
            }
        });

    /// <exception cref="InfrastructureException">The server refuses the user, the password or the database.</exception>
    internal static async Task CheckDatabaseAsync(string connectionString, CancellationToken cancellation)
    {
        var server = ExternalServers.Describe(connectionString);
        try
        {
            await using var connection = new NpgsqlConnection(
                new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, Timeout = (int)Timeout.TotalSeconds }.ConnectionString);
            await connection.OpenAsync(cancellation);
        }
        catch (PostgresException e) when (e.SqlState.StartsWith("28", StringComparison.Ordinal)
            || e.SqlState is PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new InfrastructureException(
                $"The database {server} refuses the connection: {e.MessageText} ({e.SqlState}). Correct {ExternalServers.DatabaseSetting},"
                + " or remove it, and Choir starts a Postgres.");
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            Progress.Say(Awaited($"The database {server}", FailureReason.Of(e)));
        }
    }

    /// <exception cref="InfrastructureException">The address belongs to something else than an Ethereum node.</exception>
    internal static async Task CheckChainAsync(Uri url, CancellationToken cancellation)
    {
        var node = ExternalServers.Describe(url);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Timeout);
        using var http = NodeAnswers.Client();
        http.MaxResponseContentBufferSize = 1 << 20;
        try
        {
            using var response = await http.PostAsJsonAsync(
                url, new { jsonrpc = "2.0", id = 1, method = "eth_chainId", @params = Array.Empty<object>() }, limit.Token);
            if (response.StatusCode >= HttpStatusCode.InternalServerError || response.StatusCode == HttpStatusCode.TooManyRequests)
            {
                Progress.Say(Awaited($"The Ethereum node {node}", $"HTTP status {(int)response.StatusCode}"));
            }
            else if (!IsChainId(await response.Content.ReadAsByteArrayAsync(limit.Token)))
            {
                throw new InfrastructureException(
                    $"{node} does not answer like an Ethereum node (eth_chainId: {(int)response.StatusCode}). Correct {ExternalServers.ChainSetting},"
                    + " or remove it, and Choir starts a node.");
            }
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            Progress.Say(Awaited($"The Ethereum node {node}", FailureReason.Of(e)));
        }
    }

    /// <summary>The messages of some libraries end with a full stop.</summary>
    internal static string Awaited(string server, string message) => $"{server} does not answer yet: {message.TrimEnd('.')}. Choir waits for it.";

    private static bool IsChainId(ReadOnlyMemory<byte> answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer);
            return document.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("result", out var result) && result.ValueKind == JsonValueKind.String
                && result.GetString()!.StartsWith("0x", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
