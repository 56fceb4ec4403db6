using Choir.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

[assembly: AssemblyFixture(typeof(Choir.Tests.Support.PostgresFixture))]

namespace Choir.Tests.Support;

/// <summary>One real Postgres for all tests of a run, started by the first test that needs it.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private const string Template = "with_schema";

    private readonly Lazy<Task<PostgresServer>> _server = new(() => PostgresServer.StartAsync());
    private readonly Lazy<Task> _template;
    private int _databases;

    public PostgresFixture() => _template = new(CreateTemplateAsync);

    /// <summary>Creates a new database.</summary>
    /// <param name="withSchema">Whether to create Choir's schema.</param>
    /// <returns>The connection string.</returns>
    public async Task<string> CreateDatabaseAsync(bool withSchema = true)
    {
        var name = $"test{Interlocked.Increment(ref _databases)}";
        if (withSchema)
        {
            await _template.Value;
        }

        return await CreateAsync(name, withSchema ? $"TEMPLATE {Template}" : "");
    }

    /// <inheritdoc/>
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated)
        {
            await (await _server.Value).DisposeAsync();
        }
    }

    // Each database is a copy of one: a copy needs less time than the scripts do.
    private async Task CreateTemplateAsync() =>
        await SchemaMigrator.ApplyAsync(await CreateAsync(Template, ""), NullLogger.Instance, CancellationToken.None);

    private async Task<string> CreateAsync(string name, string options)
    {
        var server = await _server.Value;
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        await using var create = new NpgsqlCommand($"CREATE DATABASE {name} {options}", connection);
        await create.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = name, Pooling = true, MaxPoolSize = 20 }.ConnectionString;
    }
}

/// <summary>A separate database for one test class, with a connection pool.</summary>
public sealed class DatabaseFixture(PostgresFixture postgres) : IAsyncLifetime
{
    public string ConnectionString { get; private set; } = "";

    /// <summary>The connections to it.</summary>
    public NpgsqlDataSource DataSource { get; private set; } = null!;

    /// <summary>Runs a statement and returns its first value.</summary>
    public async Task<object?> ScalarAsync(string sql)
    {
        await using var command = DataSource.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        ConnectionString = await postgres.CreateDatabaseAsync();
        DataSource = NpgsqlDataSource.Create(ConnectionString);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => DataSource.DisposeAsync();
}
