using Choir.Storage;
using Choir.Tests.Support;
using Choir.Tests.Support.Hostile;
using Microsoft.Extensions.Logging;
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
    public async Task It_waits_for_a_connection_of_a_server_that_has_none_left()
    {
        var database = await postgres.CreateDatabaseAsync(withSchema: false);
        var settings = new DatabaseSettings(database);
        var limited = await settings.LimitedUserAsync(connections: 0);
        var logs = new LogCollector();
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(logs));

        var applying = SchemaMigrator.ApplyAsync(limited, loggers.CreateLogger("schema"), TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync("the wait to be logged", () => logs.Records.Count > 0);
        await settings.ChangeLimitAsync(connections: 5);
        await applying.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        Assert.Equal(["database_awaited", "schema_migrated", "database_answers"], logs.Records.Select(record => record.Event));
        Assert.EndsWith("it accepts no more connections", logs.Records[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_read_only_database_without_the_schema_is_an_error_that_says_so()
    {
        var database = await postgres.CreateDatabaseAsync(withSchema: false);
        await new DatabaseSettings(database).MakeReadOnlyAsync();

        var error = await Assert.ThrowsAsync<SchemaException>(() => SchemaMigrator.ApplyAsync(
            database, NullLogger.Instance, TestContext.Current.CancellationToken, TimeSpan.FromMilliseconds(100)));

        Assert.Contains("it is read-only", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_read_only_database_with_the_whole_schema_is_waited_for_and_then_an_error_that_says_so()
    {
        var database = await postgres.CreateDatabaseAsync();
        var settings = new DatabaseSettings(database);
        await settings.MakeReadOnlyAsync();

        var error = await Assert.ThrowsAsync<SchemaException>(() => SchemaMigrator.ApplyAsync(
            database, NullLogger.Instance, TestContext.Current.CancellationToken, TimeSpan.FromMilliseconds(100)));
        Assert.StartsWith("The database could not be used within 0 s: it is read-only and stores nothing.", error.Message, StringComparison.Ordinal);

        var logs = new LogCollector();
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(logs));
        var applying = SchemaMigrator.ApplyAsync(database, loggers.CreateLogger("schema"), TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync("the wait to be logged", () => logs.Records.Count > 0);
        await settings.MakeWritableAsync();
        await applying.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Equal(["database_awaited", "database_answers"], logs.Records.Select(record => record.Event).Distinct());
    }

    [Fact]
    public async Task A_schema_of_a_newer_version_is_refused_and_not_changed()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var connections = NpgsqlDataSource.Create(database);
        await using var newer = connections.CreateCommand(
            $"""
            INSERT INTO {SchemaMigrator.JournalTable} (scriptname, applied) VALUES ('9999_future.sql', now());
            DELETE FROM {SchemaMigrator.JournalTable} WHERE scriptname = '0070_load_tests.sql';
            """);
        await newer.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        var error = await Assert.ThrowsAsync<SchemaException>(
            () => SchemaMigrator.ApplyAsync(database, NullLogger.Instance, TestContext.Current.CancellationToken));

        Assert.StartsWith(
            "The schema of the database is newer than this version of Choir: it has 9999_future.sql, which this version does not know.",
            error.Message, StringComparison.Ordinal);
        await using var journal = connections.CreateCommand($"SELECT count(*) FROM {SchemaMigrator.JournalTable} WHERE scriptname = '0070_load_tests.sql'");
        Assert.Equal(0L, await journal.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_user_who_may_not_create_tables_is_told_so()
    {
        var database = await postgres.CreateDatabaseAsync(withSchema: false);
        await new DatabaseSettings(database).ExecuteAsync("CREATE ROLE only_reads LOGIN");
        var poor = new NpgsqlConnectionStringBuilder(database) { Username = "only_reads" }.ConnectionString;

        var error = await Assert.ThrowsAsync<SchemaException>(
            () => SchemaMigrator.ApplyAsync(poor, NullLogger.Instance, TestContext.Current.CancellationToken));

        Assert.StartsWith(
            "The user \"only_reads\" of the database may not create or change Choir's tables: permission denied for schema public. ",
            error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("LATIN1")]
    [InlineData("SQL_ASCII")]
    public async Task A_database_that_cannot_store_every_text_is_refused(string encoding)
    {
        var database = await postgres.CreateDatabaseAsync(withSchema: false);
        var name = $"in_{encoding.ToLowerInvariant()}";
        await new DatabaseSettings(database).ExecuteAsync(
            $"CREATE DATABASE {name} ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
        var other = new NpgsqlConnectionStringBuilder(database) { Database = name }.ConnectionString;

        var error = await Assert.ThrowsAsync<SchemaException>(
            () => SchemaMigrator.ApplyAsync(other, NullLogger.Instance, TestContext.Current.CancellationToken));

        Assert.StartsWith($"The database \"{name}\" has the encoding {encoding}", error.Message, StringComparison.Ordinal);
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
