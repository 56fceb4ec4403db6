using Npgsql;
using NpgsqlTypes;

namespace Choir.Storage;

/// <summary>The statements that replace states whose stored version is the expected one.</summary>
internal static class StateUpdateCommand
{
    private const string One =
        """
        UPDATE actor_state SET state = $4, size_bytes = $5, version = version + 1, updated_at = now()
        WHERE actor_type = $1 AND actor_id = $2 AND state_name = $3 AND version = $6
        RETURNING version
        """;

    private const string Many =
        """
        UPDATE actor_state AS stored
        SET state = new.state, size_bytes = new.size_bytes, version = stored.version + 1, updated_at = now()
        FROM unnest($1, $2, $3, $4, $5, $6) WITH ORDINALITY
            AS new (actor_type, actor_id, state_name, state, size_bytes, version, number)
        WHERE stored.actor_type = new.actor_type AND stored.actor_id = new.actor_id AND stored.state_name = new.state_name
            AND stored.version = new.version
        RETURNING new.number, stored.version
        """;

    /// <summary>The new version; null if another one than expected is stored.</summary>
    public static async Task<long?> RunAsync(NpgsqlDataSource dataSource, StateUpdate update)
    {
        await using var command = dataSource.CreateCommand(One);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = update.ActorType });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = update.ActorId });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = update.StateName });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = update.State, NpgsqlDbType = NpgsqlDbType.Jsonb });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = update.State.Length });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = update.Version });
        return await command.ExecuteScalarAsync() as long?;
    }

    /// <summary>The new version of each, in the same order. Of two updates of one version one is made, and the other one has null.</summary>
    public static async Task<long?[]> RunAsync(NpgsqlDataSource dataSource, IReadOnlyList<StateUpdate> updates)
    {
        var versions = new long?[updates.Count];
        if (updates.Count == 1)
        {
            versions[0] = await RunAsync(dataSource, updates[0]);
            return versions;
        }

        await using var command = dataSource.CreateCommand(Many);
        Add(update => update.ActorType, NpgsqlDbType.Text);
        Add(update => update.ActorId, NpgsqlDbType.Text);
        Add(update => update.StateName, NpgsqlDbType.Text);
        Add(update => update.State, NpgsqlDbType.Jsonb);
        Add(update => update.State.Length, NpgsqlDbType.Integer);
        Add(update => update.Version, NpgsqlDbType.Bigint);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            // The numbers of WITH ORDINALITY start with 1.
            versions[reader.GetInt64(0) - 1] = reader.GetInt64(1);
        }

        return versions;

        void Add<T>(Func<StateUpdate, T> value, NpgsqlDbType type) => command.Parameters.Add(
            new NpgsqlParameter<T[]> { TypedValue = [.. updates.Select(value)], NpgsqlDbType = NpgsqlDbType.Array | type });
    }
}
