using System.Globalization;
using System.Text.Json;
using Choir.Actors;
using Npgsql;
using NpgsqlTypes;
using Orleans.Runtime;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace Choir.Storage;

/// <summary>Stores actor state in Postgres: one row an actor, as jsonb, with optimistic concurrency by version.</summary>
/// <remarks>
/// The ETag is the version. Clearing a state keeps its row, so that the version continues to increase and a writer with an
/// older one is refused.
/// </remarks>
public sealed class PostgresGrainStorage(NpgsqlDataSource dataSource, IActivatorProvider activators) : IGrainStorage
{
    // jsonb does not keep the order of members, so a type discriminator may not be the first one.
    private static readonly JsonSerializerOptions Json =
        new(ActorJson.Options) { AllowOutOfOrderMetadataProperties = true };

    /// <inheritdoc/>
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ArgumentNullException.ThrowIfNull(grainState);
        await using var command = Command(
            "SELECT version, state, size_bytes FROM actor_state WHERE actor_type = $1 AND actor_id = $2 AND state_name = $3",
            grainId,
            stateName);
        await using var reader = await command.ExecuteReaderAsync();
        if (!await reader.ReadAsync())
        {
            SetEmpty(grainState, etag: null);
            return;
        }

        var etag = ToETag(reader.GetInt64(0));
        if (await reader.IsDBNullAsync(1))
        {
            SetEmpty(grainState, etag);
            return;
        }

        grainState.State = Deserialize<T>(reader.GetFieldValue<byte[]>(1), grainId);
        grainState.ETag = etag;
        grainState.RecordExists = true;
        SetSize(grainState, reader.GetInt32(2));
    }

    /// <inheritdoc/>
    /// <exception cref="InconsistentStateException">The row's version differs from the state's ETag.</exception>
    /// <exception cref="UnstorableStateException">The state contains text that Postgres cannot store.</exception>
    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ArgumentNullException.ThrowIfNull(grainState);
        var state = JsonSerializer.SerializeToUtf8Bytes(grainState.State, Json);
        var written = ToVersion(grainState.ETag) is { } version
            ? await UpdateAsync(stateName, grainId, version, state)
            : await InsertAsync(stateName, grainId, state);
        grainState.ETag = ToETag(written ?? throw await ConflictAsync("write", stateName, grainId, grainState.ETag));
        grainState.RecordExists = true;
        SetSize(grainState, state.Length);
    }

    /// <inheritdoc/>
    /// <exception cref="InconsistentStateException">The row's version differs from the state's ETag.</exception>
    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ArgumentNullException.ThrowIfNull(grainState);
        if (ToVersion(grainState.ETag) is not { } version)
        {
            // This activation has neither read nor written the state: there is nothing to clear, unless another one wrote it.
            if (await StoredETagAsync(stateName, grainId) is not null)
            {
                throw await ConflictAsync("clear", stateName, grainId, grainState.ETag);
            }

            SetEmpty(grainState, etag: null);
            return;
        }

        await using var command = Command(
            """
            UPDATE actor_state SET state = NULL, size_bytes = 0, version = version + 1, updated_at = now()
            WHERE actor_type = $1 AND actor_id = $2 AND state_name = $3 AND version = $4
            RETURNING version
            """,
            grainId,
            stateName);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = version });
        var cleared = await command.ExecuteScalarAsync() as long?;
        SetEmpty(grainState, ToETag(cleared ?? throw await ConflictAsync("clear", stateName, grainId, grainState.ETag)));
    }

    private async Task<long?> InsertAsync(string stateName, GrainId grainId, byte[] state)
    {
        await using var command = Command(
            """
            INSERT INTO actor_state (actor_type, actor_id, state_name, state, size_bytes) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT DO NOTHING
            RETURNING version
            """,
            grainId,
            stateName);
        return await WriteAsync(command, state, grainId);
    }

    private async Task<long?> UpdateAsync(string stateName, GrainId grainId, long version, byte[] state)
    {
        await using var command = Command(
            """
            UPDATE actor_state SET state = $4, size_bytes = $5, version = version + 1, updated_at = now()
            WHERE actor_type = $1 AND actor_id = $2 AND state_name = $3 AND version = $6
            RETURNING version
            """,
            grainId,
            stateName);
        return await WriteAsync(command, state, grainId, version);
    }

    private static async Task<long?> WriteAsync(NpgsqlCommand command, byte[] state, GrainId grainId, long? version = null)
    {
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = state, NpgsqlDbType = NpgsqlDbType.Jsonb });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = state.Length });
        if (version is { } expected)
        {
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = expected });
        }

        try
        {
            return await command.ExecuteScalarAsync() as long?;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UntranslatableCharacter)
        {
            throw new UnstorableStateException(
                $"The state of {grainId} contains the character U+0000, which Postgres cannot store. " +
                "Remove it before updating the state.",
                e);
        }
    }

    private NpgsqlCommand Command(string sql, GrainId grainId, string stateName)
    {
        var command = dataSource.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = grainId.Type.ToString() });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = grainId.Key.ToString() });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = stateName });
        return command;
    }

    private async Task<string?> StoredETagAsync(string stateName, GrainId grainId)
    {
        await using var command = Command(
            "SELECT version FROM actor_state WHERE actor_type = $1 AND actor_id = $2 AND state_name = $3", grainId, stateName);
        return await command.ExecuteScalarAsync() is long version ? ToETag(version) : null;
    }

    private async Task<InconsistentStateException> ConflictAsync(
        string operation, string stateName, GrainId grainId, string? currentETag)
    {
        var stored = await StoredETagAsync(stateName, grainId);
        return new InconsistentStateException(
            $"The {operation} of {grainId} ({stateName}) was refused: it is based on version {currentETag ?? "none"}, " +
            $"but version {stored ?? "none"} is stored. Another activation has written the state.",
            stored,
            currentETag);
    }

    private static void SetSize<T>(IGrainState<T> grainState, int size)
    {
        if (grainState is IMeasuredState measured)
        {
            measured.Size = size;
        }
    }

    private void SetEmpty<T>(IGrainState<T> grainState, string? etag)
    {
        grainState.State = EmptyState.Create<T>(activators);
        grainState.ETag = etag;
        grainState.RecordExists = false;
    }

    private static T Deserialize<T>(byte[] state, GrainId grainId)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(state, Json)!;
        }
        catch (JsonException e)
        {
            throw new UnreadableStateException($"The stored state of {grainId} does not fit {typeof(T).Name}: {e.Message}", e);
        }
    }

    private static string ToETag(long version) => version.ToString(CultureInfo.InvariantCulture);

    // No row has an ETag that is not a number.
    private static long? ToVersion(string? etag) =>
        string.IsNullOrWhiteSpace(etag) ? null
        : long.TryParse(etag, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version
        : -1;
}
