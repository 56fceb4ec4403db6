using System.Diagnostics;
using System.Text;
using Choir.Storage;
using Choir.Tests.Support;
using Npgsql;

namespace Choir.Tests.Integration.Storage;

/// <summary>Updates of many states that are written together.</summary>
public sealed class StateUpdatesTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>, IAsyncDisposable
{
    // Enough that most wait while the first ones are written.
    private const int Many = 250;

    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(database.ConnectionString);

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    [Fact]
    public async Task Updates_that_wait_are_stored_by_fewer_statements_each_with_its_own_version()
    {
        var ids = await InsertAsync(Many);
        var statements = 0;
        using var listener = StatementListener(() => Interlocked.Increment(ref statements));
        var updates = new StateUpdates(_source);

        var versions = await Task.WhenAll(ids.Select((id, at) => updates.WriteAsync(Update(id, 1, $$"""{"at": {{at}}}"""))));

        Assert.All(versions, version => Assert.Equal(2, version));
        Assert.InRange(statements, 1, Many / 5);
        Assert.Equal((long)Many, await database.ScalarAsync(
            $"SELECT count(*) FROM actor_state WHERE actor_type = 'batched' AND version = 2 AND state ? 'at'"));
        for (var at = 0; at < Many; at += 50)
        {
            Assert.Equal(at.ToString(System.Globalization.CultureInfo.InvariantCulture), await database.ScalarAsync(
                $"SELECT state->>'at' FROM actor_state WHERE actor_id = '{ids[at]}'"));
        }
    }

    [Fact]
    public async Task A_stale_update_is_refused_and_those_beside_it_are_stored()
    {
        var ids = await InsertAsync(Many);
        var updates = new StateUpdates(_source);

        var versions = await Task.WhenAll(ids.Select((id, at) => updates.WriteAsync(Update(id, at % 7 == 0 ? 5 : 1, "{}"))));

        Assert.All(versions.Index(), one => Assert.Equal(one.Index % 7 == 0 ? null : 2L, one.Item));
    }

    [Fact]
    public async Task Of_two_updates_of_one_version_one_is_stored()
    {
        var ids = await InsertAsync(20);
        var updates = new StateUpdates(_source);

        var versions = await Task.WhenAll(Enumerable.Range(0, 5).SelectMany(_ => ids).Select(id => updates.WriteAsync(Update(id, 1, "{}"))));

        Assert.Equal(20, versions.Count(version => version == 2));
        Assert.Equal(80, versions.Count(version => version is null));
    }

    [Fact]
    public async Task A_state_that_the_database_refuses_fails_alone()
    {
        var ids = await InsertAsync(Many);
        var updates = new StateUpdates(_source);

        var writes = ids.Select((id, at) => updates.WriteAsync(Update(id, 1, at % 50 == 49 ? "{\"text\": \"\\u0000\"}" : "{}"))).ToList();
        await Task.WhenAll(writes).ContinueWith(_ => { }, TaskScheduler.Default);

        foreach (var (at, write) in writes.Index())
        {
            if (at % 50 == 49)
            {
                Assert.Equal(PostgresErrorCodes.UntranslatableCharacter, (await Assert.ThrowsAsync<PostgresException>(() => write)).SqlState);
            }
            else
            {
                Assert.Equal(2, await write);
            }
        }
    }

    [Fact]
    public async Task After_the_connections_were_lost_updates_are_written_again()
    {
        const string Name = "lost-updates";
        await using var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(database.ConnectionString) { ApplicationName = Name, CommandTimeout = 60 }.ConnectionString);
        var ids = await InsertAsync(Many);
        var updates = new StateUpdates(source);
        await using (var locking = await database.DataSource.OpenConnectionAsync(TestContext.Current.CancellationToken))
        await using (var transaction = await locking.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await using var locks = new NpgsqlCommand("LOCK TABLE actor_state IN EXCLUSIVE MODE", locking, transaction);
            await locks.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            var writes = ids.Select(id => updates.WriteAsync(Update(id, 1, "{}"))).ToList();
            await Eventually.HoldsAsync("the first statements to wait for the lock", async () =>
                await database.ScalarAsync($"SELECT count(*) FROM pg_stat_activity WHERE application_name = '{Name}' AND wait_event_type = 'Lock'")
                    is (long)StateUpdates.MaxStatements);
            await database.ScalarAsync($"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = '{Name}'");
            await transaction.RollbackAsync(TestContext.Current.CancellationToken);
            var ended = await Task.WhenAll(writes.Select(async write => await Record.ExceptionAsync(() => write)));

            // Those that were being written; the others waited.
            Assert.Equal(StateUpdates.MaxStatements, ended.Count(error => error is not null));
        }

        Assert.Equal(3, await updates.WriteAsync(Update(ids[^1], 2, "{}")));
    }

    private static StateUpdate Update(string id, long version, string state) =>
        new("batched", id, "state", version, Encoding.UTF8.GetBytes(state));

    // Of this test's own database: others run at the same time.
    private ActivityListener StatementListener(Action count)
    {
        var name = new NpgsqlConnectionStringBuilder(database.ConnectionString).Database;
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (Equals(activity.GetTagItem("db.namespace"), name) && activity.GetTagItem("db.query.text") is string text && text.StartsWith("UPDATE actor_state", StringComparison.Ordinal))
                {
                    count();
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private async Task<string[]> InsertAsync(int count)
    {
        string[] ids = [.. Enumerable.Range(0, count).Select(_ => Guid.NewGuid().ToString())];
        await using var command = database.DataSource.CreateCommand(
            "INSERT INTO actor_state (actor_type, actor_id, state_name, state, size_bytes) SELECT 'batched', id, 'state', '{}', 2 FROM unnest($1) AS id");
        command.Parameters.AddWithValue(ids);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return ids;
    }
}
