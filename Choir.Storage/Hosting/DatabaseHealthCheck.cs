using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Choir.Storage;

/// <summary>Healthy when Postgres answers <c>SELECT 1</c> within two seconds.</summary>
public sealed class DatabaseHealthCheck(NpgsqlDataSource dataSource, TimeProvider time) : IHealthCheck
{
    /// <summary>The name of the health check.</summary>
    public const string Name = "database";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private Task? _running;

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        // A frozen server lets a query hang, and cancelling it takes time too. So the check stops waiting for the query, and
        // starts no second one while the first hangs.
        var running = _running;
        if (running is null or { IsCompleted: true })
        {
            running = _running = Task.Run(QueryAsync, CancellationToken.None);
        }

        try
        {
            await running.WaitAsync(Limit, time, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (TimeoutException) when (!running.IsFaulted)
        {
            _ = running.ContinueWith(
                failed => failed.Exception,
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
            return HealthCheckResult.Unhealthy($"Database error: no answer within {Limit.TotalSeconds:0} s");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return HealthCheckResult.Unhealthy($"Database error: {Reason(e)}");
        }
    }

    private async Task QueryAsync()
    {
        await using var command = dataSource.CreateCommand("SELECT 1");
        command.CommandTimeout = (int)Limit.TotalSeconds;
        await command.ExecuteScalarAsync();
    }

    // The server's message without its code, or the network error. Neither contains a password.
    private static string Reason(Exception e) => e switch
    {
        PostgresException server => server.MessageText,
        NpgsqlException { InnerException: TimeoutException } => "no answer in time",
        NpgsqlException { InnerException: { } inner } => inner.Message,
        _ => e.Message,
    };
}
