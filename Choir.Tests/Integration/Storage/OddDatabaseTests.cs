using Choir.Contracts.Threads;
using Choir.ServiceDefaults.Health;
using Choir.Storage;
using Choir.Tests.Support;
using Choir.Tests.Support.Hostile;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Choir.Tests.Integration.Storage;

/// <summary>A Postgres that answers, but is read-only, has a full disk or ends sessions.</summary>
public sealed class OddDatabaseTests(PostgresFixture postgres)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_read_only_database_is_unhealthy_and_a_failover_needs_no_restart()
    {
        var database = await postgres.CreateDatabaseAsync();
        var settings = new DatabaseSettings(database);
        await using var host = await StorageHost.StartAsync(database);
        var thread = await host.CreateThreadAsync();
        Assert.Null(await host.BecomesAsync(HealthStatus.Healthy));

        await settings.MakeReadOnlyAsync();

        Assert.Equal("Database error: it is read-only and stores nothing", await host.BecomesAsync(HealthStatus.Unhealthy));
        Assert.Contains(ComponentHealth.ReadableKey, (await host.HealthAsync()).Data);
        var refused = await Assert.ThrowsAsync<PostgresException>(() => host.AcceptAsync(thread));
        Assert.Equal(DatabaseFaultKind.ReadOnly, DatabaseFault.Of(refused)!.Kind);

        // The pool holds connections that stay read-only.
        await settings.MakeWritableAsync(endSessions: false);

        await host.BecomesAsync(HealthStatus.Healthy);
        Assert.NotNull(await host.AcceptAsync(thread));
    }

    [Fact]
    public async Task A_full_disk_is_unhealthy_until_a_write_succeeds()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var connections = NpgsqlDataSource.Create(database);
        await using var host = await StorageHost.StartAsync(database);
        await RunAsync(connections, RefuseRegistrations("disk_full"));

        Assert.Equal("Database error: its disk is full", await host.BecomesAsync(HealthStatus.Unhealthy));

        await RunAsync(connections, "DROP TRIGGER refuse ON metrics_targets");
        await host.BecomesAsync(HealthStatus.Healthy);
    }

    [Fact]
    public async Task A_registration_that_is_refused_for_another_reason_only_degrades_the_database()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var connections = NpgsqlDataSource.Create(database);
        await using var host = await StorageHost.StartAsync(database);
        await RunAsync(connections, RefuseRegistrations("insufficient_privilege"));

        var reason = await host.BecomesAsync(HealthStatus.Degraded);
        Assert.Contains("refused to register the metrics address", reason, StringComparison.Ordinal);
        Assert.NotNull(await host.AcceptAsync(await host.CreateThreadAsync()));

        await RunAsync(connections, "DROP TRIGGER refuse ON metrics_targets");
        await host.BecomesAsync(HealthStatus.Healthy);
    }

    [Fact]
    public async Task A_session_reads_and_writes_what_was_meant_whatever_the_connection_string_says()
    {
        var thread = "";
        var odd = $"{await postgres.CreateDatabaseAsync()};Client Encoding=LATIN1;Encoding=iso-8859-1;Timezone=Asia/Tokyo";
        await using (var host = await StorageHost.StartAsync(odd))
        {
            thread = await host.CreateThreadAsync();
            await host.Threads.AcceptInputAsync(thread, new SubmitInput("Größe € 漢字"), Guid.CreateVersion7(), Guid.CreateVersion7(), null, Token);
            await using var zone = host.Connections.CreateCommand("SELECT to_jsonb(timestamptz '2026-01-01 00:00:00Z')::text");
            Assert.Equal("\"2026-01-01T00:00:00+00:00\"", await zone.ExecuteScalarAsync(Token));
        }

        await using var connections = NpgsqlDataSource.Create(odd.Split(";Client")[0]);
        await using var stored = connections.CreateCommand("SELECT content FROM cycles");
        Assert.Equal("Größe € 漢字", await stored.ExecuteScalarAsync(Token));
    }

    [Theory]
    [InlineData("Pooling=false")]
    [InlineData("Multiplexing=true")]
    [InlineData("Maximum Pool Size=500;Minimum Pool Size=50")]
    public async Task The_number_of_connections_is_bounded_whatever_the_connection_string_says(string setting)
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var connections = NpgsqlDataSource.Create(database);
        await using var host = await StorageHost.StartAsync($"{database};{setting}");
        var thread = await host.CreateThreadAsync();
        var counts = new List<long>();
        var accepting = Parallel.ForEachAsync(
            Enumerable.Range(0, 200), new ParallelOptions { MaxDegreeOfParallelism = 60, CancellationToken = Token },
            async (_, _) => await host.AcceptAsync(thread));
        do
        {
            await using var count = connections.CreateCommand("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'choir%'");
            counts.Add((long)(await count.ExecuteScalarAsync(Token))!);
        }
        while (!accepting.IsCompleted);

        await accepting;
        Assert.InRange(counts.Max(), 1, 20);
    }

    [Fact]
    public async Task Sessions_stay_open_although_the_server_ends_idle_ones()
    {
        var database = await postgres.CreateDatabaseAsync();

        // Much longer than a busy machine needs between opening a session and turning its limit off.
        await new DatabaseSettings(database).SetAsync("idle_session_timeout", "3s");
        await using var host = await StorageHost.StartAsync(database);
        var observer = new NpgsqlConnectionStringBuilder(database) { Pooling = false, Options = "-c idle_session_timeout=0" };
        await using var connections = NpgsqlDataSource.Create(observer.ConnectionString);
        var thread = await host.CreateThreadAsync();

        await Eventually.HoldsAsync("sessions that are idle for longer than the server allows", async () =>
        {
            await using var old = connections.CreateCommand(
                """
                SELECT count(DISTINCT application_name) FROM pg_stat_activity
                WHERE datname = current_database() AND application_name IN ('choir', 'choir-events')
                    AND state = 'idle' AND now() - state_change > interval '4 s'
                """);
            return await old.ExecuteScalarAsync(Token) is 2L;
        });

        Assert.NotNull(await host.AcceptAsync(thread));
        Assert.DoesNotContain(host.Logs.Records, record => record.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task A_listening_connection_that_is_lost_is_told_only_if_it_cannot_be_opened_again()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var connections = NpgsqlDataSource.Create(database);
        await using var proxy = HostilePostgres.Before(database);
        await using var host = await StorageHost.StartAsync(proxy.ConnectionString);
        var thread = await host.CreateThreadAsync();
        var following = host.FollowAsync(thread, 3);
        var listener = await ListenerAsync(connections, 0);
        Assert.NotNull(await host.AcceptAsync(thread));

        for (var times = 0; times < 2; times++)
        {
            proxy.Reset();
            listener = await ListenerAsync(connections, listener);
            await host.BecomesAsync(HealthStatus.Healthy);
            Assert.NotNull(await host.AcceptAsync(thread));
        }

        Assert.Equal([1L, 2L, 3L], await following.WaitAsync(Timeout, Token));
        Assert.Empty(EventsOf(host));

        proxy.Leave();
        await Eventually.HoldsAsync("the loss to be logged", () => EventsOf(host).Count == 1);
        proxy.Return();
        await Eventually.HoldsAsync("the return to be logged", () => EventsOf(host).Count == 2);
        Assert.Equal(["thread_events_lost", "thread_events_back"], EventsOf(host));
    }

    /// <summary>The server process of the connection that listens, when it is another one than before.</summary>
    private static async Task<int> ListenerAsync(NpgsqlDataSource connections, int before)
    {
        var listener = 0;
        await Eventually.HoldsAsync("a connection to listen", async () =>
        {
            await using var command = connections.CreateCommand(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%' AND state = 'idle' AND pid <> $1");
            command.Parameters.Add(new NpgsqlParameter { Value = before });
            listener = await command.ExecuteScalarAsync(Token) as int? ?? 0;
            return listener != 0;
        });
        return listener;
    }

    private static List<string?> EventsOf(StorageHost host) => host.Logs.Records
        .Where(record => record.Event?.StartsWith("thread_events", StringComparison.Ordinal) == true)
        .Select(record => record.Event)
        .ToList();

    private static string RefuseRegistrations(string condition) =>
        $"""
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $body$
        BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{condition}'; END $body$;
        CREATE TRIGGER refuse BEFORE INSERT ON metrics_targets FOR EACH ROW EXECUTE FUNCTION refuse();
        """;

    private static async Task RunAsync(NpgsqlDataSource connections, string statements)
    {
        await using var command = connections.CreateCommand(statements);
        await command.ExecuteNonQueryAsync(Token);
    }
}
