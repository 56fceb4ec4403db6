using System.Diagnostics.Metrics;
using Choir.ServiceDefaults;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Choir.Storage.Telemetry;

/// <summary>
/// The size of each table with its indexes, read periodically, so that reading the metric does not wait for the database.
/// While the database cannot be reached, the last sizes are reported.
/// </summary>
internal sealed class StorageSizes : PeriodicService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly NpgsqlDataSource _dataSource;
    private volatile Measurement<long>[] _sizes = [];

    public StorageSizes(NpgsqlDataSource dataSource, DatabaseMetrics metrics, TimeProvider time, ILogger<StorageSizes> logger)
        : base(Interval, time, logger)
    {
        _dataSource = dataSource;
        metrics.Meter.CreateObservableGauge(
            "database.storage.size", () => _sizes, "By",
            "Size on disk of a table and its indexes. Every process reports it: take the maximum by table, not the sum over processes.");
    }

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        // Limited, in case somebody keeps other tables in this schema.
        await using var command = _dataSource.CreateCommand(
            """
            SELECT relname, pg_total_relation_size(oid) FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
            ORDER BY 2 DESC LIMIT 50
            """);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var sizes = new List<Measurement<long>>();
        while (await rows.ReadAsync(cancellationToken))
        {
            // Null for a table that was dropped during the query.
            if (!await rows.IsDBNullAsync(1, cancellationToken))
            {
                sizes.Add(new Measurement<long>(rows.GetInt64(1), new KeyValuePair<string, object?>("table", rows.GetString(0))));
            }
        }

        _sizes = [.. sizes];
    }
}
