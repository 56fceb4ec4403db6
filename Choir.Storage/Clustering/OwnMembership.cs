using Choir.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Choir.Storage;

/// <summary>Checks that the membership table lists this host and is not older than before, and ends the host otherwise.</summary>
/// <remarks>
/// After a failover to an earlier state of the database, a host that has joined since is missing. Clients and new hosts do not find
/// it, and Orleans does not notice: its liveness update changes no row. The other hosts do not notice either who joins and who leaves:
/// Orleans ignores a table with an older version than it has seen. It has no way to insert the row of a running silo again or to go
/// back to an older version, so the process ends, and joins when it is started again.
/// </remarks>
/// <param name="database">The connections of Orleans.</param>
/// <param name="cluster">The cluster's id.</param>
/// <param name="silo">This host.</param>
/// <param name="lifetime">The host's lifetime.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Logs that the host ends, and why.</param>
public sealed class OwnMembership(
    [FromKeyedServices(OrleansPool.Key)] NpgsqlDataSource database,
    IOptions<ClusterOptions> cluster,
    ILocalSiloDetails silo,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<OwnMembership> logger)
    : PeriodicService(Interval, time, logger)
{
    // Some checks in a row, because a client may be connected to several servers while one of them replaces another.
    internal const int ChecksUntilLost = 3;

    // Health says it for a while before the process ends.
    internal const int ChecksUntilEnd = 5;

    private const string Missing =
        "The cluster's membership table does not list this host: the database was replaced by an earlier state, or the row was deleted";

    private const string Older =
        "The cluster's membership table is older than the one that this host knows: the database was replaced by an earlier state";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    private int _newestVersion;
    private int _bad;
    private volatile string? _problem;

    /// <summary>Why this host and others do not find each other; null if they do, or that cannot be known.</summary>
    public string? Problem => _problem;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Its row is inserted during the start.
        try
        {
            await HostStartedAsync(lifetime, stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        await base.ExecuteAsync(stoppingToken);
    }

    /// <inheritdoc/>
    protected override Task RunAsync(CancellationToken cancellationToken) => CheckAsync(cancellationToken);

    /// <summary>Asks the database once.</summary>
    internal async Task CheckAsync(CancellationToken cancellationToken)
    {
        bool isListed;
        int version;
        try
        {
            (isListed, version) = await ReadAsync(cancellationToken);
        }
        catch (Exception e) when (DatabaseFault.Of(e) is { IsTemporary: true })
        {
            // It says nothing about the table. Others report that the database is away.
            return;
        }

        OnRead(isListed, version);
    }

    // Orleans' own query fails if the state is so early that there is no such cluster.
    private async Task<(bool IsListed, int Version)> ReadAsync(CancellationToken cancellationToken)
    {
        var address = silo.SiloAddress;
        await using var command = database.CreateCommand(
            """
            SELECT EXISTS (SELECT FROM orleans_membership
                           WHERE cluster_id = $1 AND address = $2 AND port = $3 AND generation = $4),
                   coalesce((SELECT version FROM orleans_cluster WHERE cluster_id = $1), 0)
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = cluster.Value.ClusterId });
        command.Parameters.Add(new NpgsqlParameter { Value = address.Endpoint.Address.ToString() });
        command.Parameters.Add(new NpgsqlParameter { Value = address.Endpoint.Port });
        command.Parameters.Add(new NpgsqlParameter { Value = address.Generation });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetBoolean(0), reader.GetInt32(1));
    }

    private void OnRead(bool isListed, int version)
    {
        var problem = !isListed ? Missing : version < _newestVersion ? Older : null;
        if (problem is null)
        {
            _newestVersion = version;
            _bad = 0;
            if (_problem is not null)
            {
                _problem = null;
                logger.MembershipBack(silo.SiloAddress.ToString());
            }

            return;
        }

        _bad++;
        if (_bad == ChecksUntilLost)
        {
            _problem = $"{problem}. The host ends, to be started again";
            logger.MembershipLost(silo.SiloAddress.ToString(), problem, (Interval * (ChecksUntilEnd - ChecksUntilLost)).TotalSeconds);
        }
        else if (_bad == ChecksUntilEnd)
        {
            lifetime.StopApplication();
        }
    }
}
