using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Choir.Storage.Telemetry;

/// <summary>
/// How big each table is, with its indexes. Asked of the server from time to time and kept, so that whoever reads the
/// metric waits for nothing; while the server is away the last answer stands.
/// </summary>
internal sealed class StorageSizes : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly NpgsqlDataSource _dataSource;
    private readonly TimeProvider _time;
    private volatile Measurement<long>[] _sizes = [];

    public StorageSizes(NpgsqlDataSource dataSource, DatabaseMetrics metrics, TimeProvider time)
    {
        (_dataSource, _time) = (dataSource, time);
        metrics.Meter.CreateObservableGauge(
            "database.storage.size", () => _sizes, "By", "What a table and its indexes take on the server's disk.");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, _time);
        try
        {
            do
            {
                try
                {
                    _sizes = await AskAsync(stoppingToken);
                }
                catch (NpgsqlException)
                {
                    // The health check says that the server is away.
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    private async Task<Measurement<long>[]> AskAsync(CancellationToken cancellationToken)
    {
        // Bounded, whatever else somebody keeps in this schema.
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
            // A table that was dropped in the meantime has no size.
            if (!await rows.IsDBNullAsync(1, cancellationToken))
            {
                sizes.Add(new Measurement<long>(rows.GetInt64(1), new KeyValuePair<string, object?>("table", rows.GetString(0))));
            }
        }

        return [.. sizes];
    }
}
