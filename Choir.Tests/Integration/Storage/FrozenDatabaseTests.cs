using System.Diagnostics;
using Choir.Contracts.Threads;
using Choir.Storage;
using Choir.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Choir.Tests.Integration.Storage;

/// <summary>A frozen Postgres accepts connections and does not answer.</summary>
public sealed class FrozenDatabaseTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Commands_to_a_frozen_database_fail_fast_and_succeed_after_it_continues()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Freezing needs /proc of Linux.");
        await using var postgres = await PostgresServer.StartAsync();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration["ConnectionStrings:choir"] = new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Pooling = true }.ConnectionString;
        builder.Configuration["Storage:CommandTimeoutSeconds"] = "2";
        builder.Configuration["Storage:ConnectTimeoutSeconds"] = "1";
        builder.AddChoirStorage();
        using var host = builder.Build();
        await host.StartAsync(Token).WaitAsync(Timeout, Token);
        var store = host.Services.GetRequiredService<ThreadStore>();
        var feed = host.Services.GetRequiredService<ThreadEventFeed>();
        var thread = ThreadIds.New(TimeProvider.System);
        await store.CreateThreadAsync(thread, Token);
        var following = FirstAsync(feed, thread, 2);
        await AcceptAsync(store, thread);
        Assert.Equal(HealthStatus.Healthy, (await HealthAsync(host)).Status);

        postgres.Freeze();

        // More commands at once than the pool has connections. None of them may hang.
        var frozen = Stopwatch.StartNew();
        var attempts = Enumerable.Range(0, 40).Select(_ => Task.Run(() => AcceptAsync(store, thread), Token)).ToList();
        var unhealthy = await HealthAsync(host);
        Assert.Equal(HealthStatus.Unhealthy, unhealthy.Status);
        Assert.StartsWith("Database error: ", unhealthy.Entries["database"].Description, StringComparison.Ordinal);
        foreach (var attempt in attempts)
        {
            await Assert.ThrowsAnyAsync<NpgsqlException>(() => attempt.WaitAsync(Timeout, Token));
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"All commands failed after {frozen.Elapsed}.");

        postgres.Continue();

        await Eventually.HoldsAsync(
            "the database to be healthy again", async () => (await HealthAsync(host)).Status == HealthStatus.Healthy);
        await AcceptAsync(store, thread);
        Assert.Equal([1L, 2L], await following.WaitAsync(Timeout, Token));
        await using var connections = NpgsqlDataSource.Create(postgres.ConnectionString);
        await using var count = connections.CreateCommand("SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'choir%'");
        Assert.InRange((long)(await count.ExecuteScalarAsync(Token))!, 1, 20);
        await host.StopAsync(Token).WaitAsync(Timeout, Token);
    }

    private static Task<HealthReport> HealthAsync(IHost host) =>
        host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Token).WaitAsync(Timeout, Token);

    private static Task<InputAccepted?> AcceptAsync(ThreadStore store, string thread) =>
        store.AcceptInputAsync(thread, new SubmitInput("hello"), Guid.CreateVersion7(), Guid.CreateVersion7(), null, Token);

    private static async Task<List<long>> FirstAsync(ThreadEventFeed feed, string thread, int count)
    {
        var ids = new List<long>();
        await foreach (var one in feed.FollowAsync(thread, 0, Token))
        {
            ids.Add(one.Id);
            if (ids.Count == count)
            {
                break;
            }
        }

        return ids;
    }
}
