using System.Diagnostics.Metrics;
using Choir.Storage;
using Choir.Storage.Telemetry;
using Choir.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Choir.Tests.Integration.Storage;

/// <summary>Metrics of Postgres. They include the commands of other tests in this process.</summary>
public sealed class DatabaseMetricsTests(PostgresFixture postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_command_is_measured_by_its_type_without_sampled_traces()
    {
        using var measured = new Measurements();
        using var metrics = new DatabaseMetrics(measured.Factory);
        await using var database = Database(await postgres.CreateDatabaseAsync());
        string[] statements =
        [
            "INSERT INTO threads (thread_id) VALUES (gen_random_uuid())", "UPDATE threads SET last_event = 1",
            "DELETE FROM threads", "SELECT count(*) FROM threads", "LISTEN choir_thread_events",
        ];
        foreach (var statement in statements)
        {
            await using var command = database.CreateCommand(statement);
            await command.ExecuteNonQueryAsync(Token);
        }

        var times = measured.Of("database.query.time");
        foreach (var type in new[] { "insert", "update", "delete", "select", "other" })
        {
            Assert.Contains(times, time => time.Tags["query.type"] == type);
        }

        Assert.All(times, time => Assert.True(time is { Value: > 0, Unit: "s" }));
    }

    [Fact]
    public async Task A_command_that_the_server_refuses_is_measured()
    {
        using var measured = new Measurements();
        using var metrics = new DatabaseMetrics(measured.Factory);
        await using var database = Database(await postgres.CreateDatabaseAsync());
        var before = measured.Of("database.query.time").Count;
        await using var command = database.CreateCommand("DELETE FROM there_is_no_such_table");
        await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(Token));
        Assert.Contains(measured.Of("database.query.time").Skip(before), time => time.Tags["query.type"] == "delete");
    }

    [Fact]
    public async Task Failed_connections_are_counted_from_zero()
    {
        using var measured = new Measurements();
        using var metrics = new DatabaseMetrics(measured.Factory);
        var reported = Assert.Single(measured.Look("database.connection.errors"));
        Assert.Empty(reported.Tags);

        // No server at this port.
        await using var unreachable = Database("Host=127.0.0.1;Port=1;Username=nobody;Timeout=1");
        await CountsAsync(() => unreachable.OpenConnectionAsync(Token).AsTask());

        // The only connection of the pool is in use.
        await using var small = Database(await postgres.CreateDatabaseAsync(withSchema: false) + ";Maximum Pool Size=1;Timeout=1");
        await using (await small.OpenConnectionAsync(Token))
        {
            await CountsAsync(() => small.OpenConnectionAsync(Token).AsTask());
        }

        async Task CountsAsync(Func<Task> failing)
        {
            var before = measured.Look("database.connection.errors")[0].Value;
            await Assert.ThrowsAnyAsync<NpgsqlException>(failing);
            Assert.True(measured.Look("database.connection.errors")[0].Value > before);
        }
    }

    [Fact]
    public async Task A_host_reports_table_sizes_pool_names_and_commands_of_Orleans_without_secrets()
    {
        var pools = new List<string?>();
        using var npgsql = new MeterListener();
        npgsql.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "Npgsql")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        npgsql.SetMeasurementEventCallback<int>((_, _, tags, _) =>
        {
            foreach (var tag in tags)
            {
                if (tag.Key == "db.client.connection.pool.name")
                {
                    lock (pools)
                    {
                        pools.Add(tag.Value as string);
                    }
                }
            }
        });
        npgsql.Start();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration["ConnectionStrings:choir"] = await postgres.CreateDatabaseAsync() + ";Password=s3cret";
        builder.AddChoirStorage();
        using var host = builder.Build();
        using var measured = new Measurements(host.Services.GetRequiredService<IMeterFactory>());
        await host.StartAsync(Token);

        await Eventually.HoldsAsync("the sizes of the tables", () => measured.Look("database.storage.size").Count > 0);
        var sizes = measured.Look("database.storage.size");
        Assert.Contains(sizes, size => size is { Unit: "By", Value: > 0 } && size.Tags["table"] == "threads");
        Assert.Contains(sizes, size => size.Tags["table"] == "ledger_outbox");

        var before = measured.Of("database.query.time").Count;
        await using (var command = host.Services.GetRequiredKeyedService<NpgsqlDataSource>(OrleansPool.Key).CreateCommand("DELETE FROM threads"))
        {
            await command.ExecuteNonQueryAsync(Token);
        }

        Assert.Contains(measured.Of("database.query.time").Skip(before), time => time.Tags["query.type"] == "delete");

        npgsql.RecordObservableInstruments();
        lock (pools)
        {
            Assert.Contains("choir", pools);
            Assert.Contains("choir-orleans", pools);
            Assert.DoesNotContain(pools, pool => pool!.Contains("s3cret", StringComparison.Ordinal));
        }

        await host.StopAsync(Token);
    }

    private static NpgsqlDataSource Database(string connectionString)
    {
        var source = new NpgsqlDataSourceBuilder(connectionString);
        source.NameSpans();
        return source.Build();
    }
}
