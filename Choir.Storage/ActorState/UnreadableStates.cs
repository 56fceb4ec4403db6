using System.Diagnostics.Metrics;
using Choir.Storage.Telemetry;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans.Runtime;

namespace Choir.Storage;

/// <summary>
/// Sets states aside that cannot be read, into the table <c>actor_state_set_aside</c>, so that they do not keep their actors
/// from activating. They stay there until a person restores or deletes them.
/// </summary>
public sealed class UnreadableStates
{
    private readonly NpgsqlDataSource _dataSource;
    private readonly ILogger _logger;
    private readonly Counter<long> _setAside;

    /// <summary>Creates the counter.</summary>
    /// <param name="dataSource">The database.</param>
    /// <param name="metrics">Has the meter.</param>
    /// <param name="logger">Logs each state that is set aside.</param>
    public UnreadableStates(NpgsqlDataSource dataSource, DatabaseMetrics metrics, ILogger<UnreadableStates> logger)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        (_dataSource, _logger) = (dataSource, logger);
        _setAside = metrics.Meter.CreateCounter<long>(
            "actor.state.set_aside", "{state}", "Stored states that could not be read and were set aside.");
    }

    /// <summary>Moves a state. Its actor has none then.</summary>
    /// <returns>The new version; null if the state has changed since it was read.</returns>
    internal async Task<long?> SetAsideAsync(string stateName, GrainId grainId, long version, string problem)
    {
        await using var command = _dataSource.CreateCommand(
            """
            WITH unreadable AS (
                SELECT actor_type, actor_id, state_name, version, state, size_bytes, updated_at FROM actor_state
                WHERE actor_type = $1 AND actor_id = $2 AND state_name = $3 AND version = $4
                FOR UPDATE
            ), kept AS (
                INSERT INTO actor_state_set_aside
                    (actor_type, actor_id, state_name, version, state, size_bytes, updated_at, problem)
                SELECT actor_type, actor_id, state_name, version, state, size_bytes, updated_at, $5 FROM unreadable
                ON CONFLICT DO NOTHING
            )
            UPDATE actor_state AS current SET state = NULL, size_bytes = 0, version = current.version + 1, updated_at = now()
            FROM unreadable
            WHERE current.actor_type = unreadable.actor_type AND current.actor_id = unreadable.actor_id
                AND current.state_name = unreadable.state_name
            RETURNING current.version
            """);
        var (type, id) = (grainId.Type.ToString()!, grainId.Key.ToString());
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = type });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = stateName });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = version });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = problem.Replace('\0', '\u2400') });
        var now = await command.ExecuteScalarAsync() as long?;
        if (now is not null)
        {
            _setAside.Add(1, new KeyValuePair<string, object?>("actor.type", type));
            _logger.StateSetAside(type, id, stateName, version, problem);
        }

        return now;
    }
}
