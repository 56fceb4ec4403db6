using Choir.Storage;
using Choir.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Choir.Tests.Integration.Storage;

public sealed class SchemaMigratorTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Processes_that_start_concurrently_apply_the_schema_once()
    {
        var database = await postgres.CreateDatabaseAsync(withSchema: false);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            SchemaMigrator.ApplyAsync(database, NullLogger.Instance, TestContext.Current.CancellationToken)));

        await using var connections = NpgsqlDataSource.Create(database);
        await using var journal = connections.CreateCommand(
            $"SELECT count(*) = count(DISTINCT scriptname) AND count(*) > 4 FROM {SchemaMigrator.JournalTable}");
        Assert.Equal(true, await journal.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task It_waits_for_a_database_that_is_created_later()
    {
        var database = await postgres.CreateDatabaseAsync(withSchema: false);
        var later = new NpgsqlConnectionStringBuilder(database) { Database = "created_later" }.ConnectionString;

        var applying = SchemaMigrator.ApplyAsync(later, NullLogger.Instance, TestContext.Current.CancellationToken);
        await using (var connections = NpgsqlDataSource.Create(database))
        await using (var create = connections.CreateCommand("CREATE DATABASE created_later"))
        {
            await create.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await applying.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task An_unreachable_database_is_an_error_with_a_remedy()
    {
        var error = await Assert.ThrowsAsync<SchemaException>(() => SchemaMigrator.ApplyAsync(
            "Host=127.0.0.1;Port=1;Username=nobody;Password=hush",
            NullLogger.Instance,
            TestContext.Current.CancellationToken,
            TimeSpan.FromMilliseconds(100)));

        Assert.Contains("ConnectionStrings:choir", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", error.Message, StringComparison.Ordinal);
    }
}
