using Choir.ServiceDefaults.Health;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Choir.Storage;

/// <summary>
/// Healthy when Postgres says within two seconds that it accepts writes, and the last write of this process was stored. Degraded
/// when that write was refused for a reason of its own, which says nothing about other writes, or when statements were refused in
/// the last 30 seconds.
/// </summary>
/// <remarks>The write is the one by which a process registers its metrics address anyway, so the check stores nothing itself.</remarks>
internal sealed class DatabaseHealthCheck(
    NpgsqlDataSource dataSource, DatabasePools pools, MetricsTargetStore writes, RefusedStatements refused, TimeProvider time) : IHealthCheck
{
    /// <summary>The name of the health check.</summary>
    public const string Name = "database";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private Task<DatabaseFault?>? _running;

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        // A frozen server lets a query hang, and cancelling it takes time too. So the check stops waiting for the query, and
        // starts no second one while the first hangs.
        var running = _running;
        if (running is null or { IsCompleted: true })
        {
            running = _running = Task.Run(AskAsync, CancellationToken.None);
        }

        try
        {
            return await running.WaitAsync(Limit, time, cancellationToken) switch
            {
                null => WriteHealth(),
                { Kind: DatabaseFaultKind.ReadOnly } fault => Readable(fault),
                var fault => Unhealthy(fault.Reason),
            };
        }
        catch (TimeoutException)
        {
            return Unhealthy($"it did not answer within {Limit.TotalSeconds:0} s");
        }
    }

    // The other faults of a write are found by the query too, and sooner than by the next write.
    private HealthCheckResult WriteHealth() => writes.LastFault switch
    {
        { Kind: DatabaseFaultKind.Full } fault => Readable(fault),
        { } fault when fault.Kind == DatabaseFaultKind.Defect || fault.IsRefusal => HealthCheckResult.Degraded(
            $"Database error: it refused to register the metrics address of this process ({fault.Reason})"),
        _ when refused.Recent is { } reason => HealthCheckResult.Degraded($"Database error: it refused statements of the last 30 s: {reason}"),
        _ => HealthCheckResult.Healthy(),
    };

    private static HealthCheckResult Unhealthy(string reason) => HealthCheckResult.Unhealthy($"Database error: {reason}");

    private static HealthCheckResult Readable(DatabaseFault fault) => HealthCheckResult.Unhealthy(
        $"Database error: {fault.Reason}", data: new Dictionary<string, object> { [ComponentHealth.ReadableKey] = true });

    private async Task<DatabaseFault?> AskAsync()
    {
        var fault = await AskOnceAsync();
        if (fault?.Kind is DatabaseFaultKind.ReadOnly or DatabaseFaultKind.Away)
        {
            // Possibly only the pooled connection was ended or leads to a server that is read-only now. A new one tells.
            pools.OnFault(fault);
            fault = await AskOnceAsync();
        }

        if (writes.LastFault is { } refused)
        {
            // Possibly the write used another connection, which is read-only still.
            pools.OnFault(refused);
        }

        return fault;
    }

    private async Task<DatabaseFault?> AskOnceAsync()
    {
        try
        {
            await using var command = dataSource.CreateCommand(DatabaseFault.IsReadOnlyQuery);
            command.CommandTimeout = (int)Limit.TotalSeconds;
            return await command.ExecuteScalarAsync() is true ? DatabaseFault.Of(PostgresErrorCodes.ReadOnlySqlTransaction) : null;
        }
        catch (Exception e)
        {
            return DatabaseFault.Of(e) ?? new DatabaseFault(DatabaseFaultKind.Defect, e.Message, SqlState: null);
        }
    }
}
