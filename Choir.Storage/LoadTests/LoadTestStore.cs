using System.Text.Json;
using Choir.Contracts;
using Choir.Contracts.LoadTests;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace Choir.Storage;

/// <summary>Stores the newest <see cref="StorageOptions.MaxLoadTests"/> results of load tests in Postgres.</summary>
/// <param name="dataSource">The database.</param>
/// <param name="options">How many are kept.</param>
public sealed class LoadTestStore(NpgsqlDataSource dataSource, IOptions<StorageOptions> options)
{
    /// <summary>The maximum number of results on a page.</summary>
    public const int MaxPage = 200;

    /// <summary>A page ends early when its results are larger than this, so that an answer is never huge.</summary>
    internal const int MaxPageBytes = 4 << 20;

    /// <summary>Stores a result. Idempotent: a result whose id is stored already is not changed.</summary>
    /// <param name="result">A result that has none of the problems of <see cref="LoadTestRules.Problems"/>.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>Whether it is new.</returns>
    public async Task<bool> AddAsync(LoadTestResult result, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(result);
        await using var batch = dataSource.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            "INSERT INTO load_tests (id, profile, result) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
        {
            Parameters =
            {
                new() { Value = result.Id },
                new() { Value = result.Profile },
                new() { Value = JsonSerializer.SerializeToUtf8Bytes(result, ContractJson.Options), NpgsqlDbType = NpgsqlDbType.Jsonb },
            },
        });
        var added = batch.BatchCommands[0];
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            "DELETE FROM load_tests WHERE id <= (SELECT id FROM load_tests ORDER BY id DESC OFFSET $1 LIMIT 1)")
        {
            Parameters = { new() { Value = options.Value.MaxLoadTests } },
        });
        await batch.ExecuteNonQueryAsync(cancellationToken);
        return added.RecordsAffected > 0;
    }

    /// <summary>A page of results, newest first.</summary>
    /// <param name="profile">The profile's name; null for all.</param>
    /// <param name="before">The last result of the previous page; null for the first page.</param>
    /// <param name="limit">How many at most, up to <see cref="MaxPage"/>; fewer if they are large.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The results, and the last one's id if there may be more.</returns>
    public async Task<(IReadOnlyList<LoadTestResult> Results, Guid? Next)> ListAsync(
        string? profile, Guid? before, int limit, CancellationToken cancellationToken)
    {
        var count = Math.Clamp(limit, 1, MaxPage);
        await using var command = dataSource.CreateCommand(
            """
            SELECT result FROM load_tests
            WHERE ($1 IS NULL OR profile = $1) AND ($2 IS NULL OR id < $2) ORDER BY id DESC LIMIT $3
            """);
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = profile });
        command.Parameters.Add(new NpgsqlParameter<Guid?> { TypedValue = before });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = count });
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var (results, bytes) = (new List<LoadTestResult>(), 0);
        while (bytes < MaxPageBytes && await rows.ReadAsync(cancellationToken))
        {
            var json = rows.GetFieldValue<byte[]>(0);
            bytes += json.Length;
            results.Add(Read(json));
        }

        return (results, results.Count == count || bytes >= MaxPageBytes ? results[^1].Id : null);
    }

    /// <summary>Finds a result; null if there is none with this id.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<LoadTestResult?> GetAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("SELECT result FROM load_tests WHERE id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        return await rows.ReadAsync(cancellationToken) ? Read(rows.GetFieldValue<byte[]>(0)) : null;
    }

    /// <summary>The profiles that have results, the one with the newest result first.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<IReadOnlyList<LoadTestProfile>> ListProfilesAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            $"""SELECT profile, count(*)::integer FROM load_tests GROUP BY profile ORDER BY max(id::text COLLATE "C") DESC LIMIT {MaxPage}""");
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var profiles = new List<LoadTestProfile>();
        while (await rows.ReadAsync(cancellationToken))
        {
            profiles.Add(new LoadTestProfile(rows.GetString(0), rows.GetInt32(1)));
        }

        return profiles;
    }

    private static LoadTestResult Read(byte[] json) => JsonSerializer.Deserialize<LoadTestResult>(json, ContractJson.Options)
        ?? throw new JsonException("A stored result of a load test is null.");
}

/// <summary>A profile that has results.</summary>
/// <param name="Name">The profile's name.</param>
/// <param name="Results">How many results are stored.</param>
public sealed record LoadTestProfile(string Name, int Results);
