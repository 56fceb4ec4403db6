using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Choir.AppHost.Infrastructure;

/// <summary>Checks that ask the thing itself, not whether its process runs.</summary>
internal static class HealthChecks
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Healthy when the resource's connection string leads to a database that answers <c>SELECT 1</c>.</summary>
    public static IResourceBuilder<T> WithDatabaseHealthCheck<T>(this IResourceBuilder<T> resource, string? database = null)
        where T : IResourceWithConnectionString =>
        resource.WithCheck("answers SELECT 1", async cancellation =>
        {
            var text = await resource.Resource.GetConnectionStringAsync(cancellation);
            // Not pooled: an idle connection of ours would hold up Postgres' orderly shutdown.
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

    /// <summary>Healthy when the node behind the endpoint answers the JSON-RPC call <c>eth_chainId</c>.</summary>
    public static IResourceBuilder<T> WithEthereumHealthCheck<T>(this IResourceBuilder<T> resource, string endpointName)
        where T : IResourceWithEndpoints =>
        resource.WithCheck("answers eth_chainId", async cancellation =>
        {
            using var client = new HttpClient();
            using var answer = await client.PostAsJsonAsync(
                resource.GetEndpoint(endpointName).Url,
                new { jsonrpc = "2.0", id = 1, method = "eth_chainId", @params = Array.Empty<object>() },
                cancellation);
            answer.EnsureSuccessStatusCode();
            var body = await answer.Content.ReadAsStringAsync(cancellation);
            if (!body.Contains("\"result\"", StringComparison.Ordinal))
            {
                throw new InvalidOperationException("The node answered eth_chainId with something else than a result.");
            }
        });

    private static IResourceBuilder<T> WithCheck<T>(
        this IResourceBuilder<T> resource, string says, Func<CancellationToken, Task> check)
        where T : IResource
    {
        var key = $"{resource.Resource.Name}: {says}";
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
                    return HealthCheckResult.Unhealthy(e.Message);
                }
            });
        return resource.WithHealthCheck(key);
    }
}
