using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Choir.Storage;

/// <summary>Closes the pooled connections of this process when they lead to the wrong server.</summary>
/// <remarks>
/// After a failover, or a change of the server to read-only and back, old connections keep their state as long as they are
/// open. A new connection gets what the server is now.
/// </remarks>
internal sealed class DatabasePools(
    NpgsqlDataSource application, [FromKeyedServices(OrleansPool.Key)] NpgsqlDataSource orleans, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private long _clearedAt = time.GetTimestamp() - time.TimestampFrequency;

    /// <summary>Closes the connections after a read-only answer, at most once a second.</summary>
    public void OnFault(DatabaseFault fault)
    {
        var clearedAt = Interlocked.Read(ref _clearedAt);
        if (fault.Kind == DatabaseFaultKind.ReadOnly
            && time.GetElapsedTime(clearedAt) >= Interval
            && Interlocked.CompareExchange(ref _clearedAt, time.GetTimestamp(), clearedAt) == clearedAt)
        {
            application.Clear();
            orleans.Clear();
        }
    }
}
