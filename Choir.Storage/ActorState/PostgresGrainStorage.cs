using System.Diagnostics.CodeAnalysis;
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
/// <param name="dataSource">The database.</param>
/// <param name="activators">Creates empty states.</param>
/// <param name="unreadable">Takes states that cannot be read.</param>
public sealed class PostgresGrainStorage(
    NpgsqlDataSource dataSource, IActivatorProvider activators, UnreadableStates unreadable) : IGrainStorage
{
    // jsonb does not keep the order of members, so a type discriminator may not be the first one.
    private static readonly JsonSerializerOptions Json =
        new(ActorJson.StateOptions) { AllowOutOfOrderMetadataProperties = true };

    private readonly StateUpdates _updates = new(dataSource);

    /// <inheritdoc/>
    /// <remarks>A stored state that does not match its type is set aside; the actor then has none.</remarks>
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ArgumentNullException.ThrowIfNull(grainState);
        if (await RepeatedRead.RunAsync(() => FindAsync(stateName, grainId)) is not var (version, json, size))
        {
            SetEmpty(grainState, etag: null);
            return;
        }

        if (json is null)
        {
            SetEmpty(grainState, ToETag(version));
            return;
        }

        if (!TryDeserialize<T>(json, out var state, out var problem))
        {
            var now = await unreadable.SetAsideAsync(stateName, grainId, version, problem)
                ?? throw await ConflictAsync("read", stateName, grainId, ToETag(version));
            SetEmpty(grainState, ToETag(now));
            return;
        }

        grainState.State = state;
        grainState.ETag = ToETag(version);
        grainState.RecordExists = true;
        SetSize(grainState, size);
    }

    /// <inheritdoc/>
    /// <exception cref="InconsistentStateException">The row's version differs from the state's ETag.</exception>
    /// <exception cref="UnstorableStateException">The state cannot be written as JSON, or not be stored as jsonb.</exception>
    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ArgumentNullException.ThrowIfNull(grainState);
        var state = Serialize(grainState.State, grainId);
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

    private Task<long?> InsertAsync(string stateName, GrainId grainId, byte[] state) => StorableAsync(grainId, async () =>
    {
        await using var command = Command(
            """
            INSERT INTO actor_state (actor_type, actor_id, state_name, state, size_bytes) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT DO NOTHING
            RETURNING version
            """,
            grainId,
            stateName);
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = state, NpgsqlDbType = NpgsqlDbType.Jsonb });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = state.Length });
        return await command.ExecuteScalarAsync() as long?;
    });

    private Task<long?> UpdateAsync(string stateName, GrainId grainId, long version, byte[] state) => StorableAsync(
        grainId,
        () => _updates.WriteAsync(new StateUpdate(grainId.Type.ToString()!, grainId.Key.ToString()!, stateName, version, state)));

    private static async Task<long?> StorableAsync(GrainId grainId, Func<Task<long?>> write)
    {
        try
        {
            return await write();
        }
        catch (PostgresException e) when (UnstorableStateException.Reason(e) is { } reason)
        {
            throw new UnstorableStateException($"The state of {grainId} {reason}. Change it before updating the state.", e);
        }
    }

    // Null if there is no row; its state is null after it was cleared.
    private async Task<(long Version, byte[]? State, int Size)?> FindAsync(string stateName, GrainId grainId)
    {
        await using var command = Command(
            "SELECT version, state, size_bytes FROM actor_state WHERE actor_type = $1 AND actor_id = $2 AND state_name = $3",
            grainId,
            stateName);
        await using var reader = await command.ExecuteReaderAsync();
        return await reader.ReadAsync()
            ? (reader.GetInt64(0), await reader.IsDBNullAsync(1) ? null : reader.GetFieldValue<byte[]>(1), reader.GetInt32(2))
            : null;
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

    // A value that JSON has no form for (infinity, a type without a converter) or a getter that throws.
    private static byte[] Serialize<T>(T state, GrainId grainId)
    {
        try
        {
            return JsonSerializer.SerializeToUtf8Bytes(state, Json);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new UnstorableStateException($"The state of {grainId} cannot be written as JSON: {e.Message}", e);
        }
    }

    // Not only a JsonException: a converter or a constructor of the state may throw anything.
    private static bool TryDeserialize<T>(
        byte[] json, [MaybeNullWhen(false)] out T state, [NotNullWhen(false)] out string? problem)
    {
        try
        {
            state = JsonSerializer.Deserialize<T>(json, Json)!;
            problem = null;
            return true;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            state = default;
            problem = $"It does not fit {typeof(T).Name}: {e.Message}";
            return false;
        }
    }

    private static string ToETag(long version) => version.ToString(CultureInfo.InvariantCulture);

    // No row has an ETag that is not a number.
    private static long? ToVersion(string? etag) =>
        string.IsNullOrWhiteSpace(etag) ? null
        : long.TryParse(etag, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version
        : -1;
}
