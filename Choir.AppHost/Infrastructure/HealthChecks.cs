using Choir.AppHost.Infrastructure.Ethereum;
using Choir.ServiceDefaults.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Nethereum.JsonRpc.Client;
using Nethereum.RPC.Eth;
using Npgsql;

namespace Choir.AppHost.Infrastructure;

/// <summary>Health checks that send a request to the resource, not only check its process.</summary>
internal static class HealthChecks
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Healthy if the database of the resource's connection string answers <c>SELECT 1</c>.</summary>
    public static IResourceBuilder<T> WithDatabaseHealthCheck<T>(this IResourceBuilder<T> resource, string? database = null)
        where T : IResourceWithConnectionString =>
        resource.WithCheck("answers SELECT 1", async cancellation =>
        {
            var text = await resource.Resource.GetConnectionStringAsync(cancellation);
            // Not pooled: an idle connection would delay Postgres' orderly shutdown.
            var settings = new NpgsqlConnectionStringBuilder(text) { Pooling = false, Timeout = (int)HealthChecks.Timeout.TotalSeconds };
            if (database is not null)
            {
                settings.Database = database;
            }

            await using var connection = new NpgsqlConnection(settings.ConnectionString);
            await connection.OpenAsync(cancellation);
            await using var command = new NpgsqlCommand("SELECT 1", connection);
            await command.ExecuteScalarAsync(cancellation);
        });

    /// <summary>Healthy if the node at the address answers the JSON-RPC call <c>eth_chainId</c>.</summary>
    public static IResourceBuilder<T> WithEthereumHealthCheck<T>(this IResourceBuilder<T> resource, ReferenceExpression url)
        where T : IResource =>
        resource.WithCheck("answers eth_chainId", async cancellation =>
        {
            using var http = NodeAnswers.Client();
            var client = new RpcClient(new Uri((await url.GetValueAsync(cancellation))!), http);
            NodeAnswers.Number(await new EthChainId(client).SendRequestAsync().WaitAsync(cancellation), "its chain id");
        });

    private static IResourceBuilder<T> WithCheck<T>(
        this IResourceBuilder<T> resource, string description, Func<CancellationToken, Task> check)
        where T : IResource
    {
        var key = $"{resource.Resource.Name}: {description}";
        resource.ApplicationBuilder.Services.AddHealthChecks().AddAsyncCheck(
            key,
            async cancellation =>
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                limit.CancelAfter(Timeout);
                try
                {
                    await check(limit.Token);
                    return HealthCheckResult.Healthy();
                }
                catch (Exception e) when (!cancellation.IsCancellationRequested)
                {
                    // Nethereum's own message only says that there was an error.
                    return HealthCheckResult.Unhealthy(FailureReason.Of(e is RpcClientUnknownException { InnerException: { } cause } ? cause : e));
                }
            });
        return resource.WithHealthCheck(key);
    }
}
