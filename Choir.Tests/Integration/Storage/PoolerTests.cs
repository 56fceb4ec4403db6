using Choir.Storage;
using Choir.Tests.Support;
using Choir.Tests.Support.Hostile;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Choir.Tests.Integration.Storage;

/// <summary>A PgBouncer between Choir and Postgres.</summary>
public sealed class PoolerTests(PostgresFixture postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Transaction_pooling_is_refused_at_the_start_without_a_direct_connection_and_works_with_one()
    {
        Assert.SkipUnless(PgBouncerServer.IsInstalled, PgBouncerServer.Need);
        var direct = await postgres.CreateDatabaseAsync(withSchema: false);
        await using var pooler = await PgBouncerServer.StartAsync(direct, "transaction");

        var refused = await Assert.ThrowsAsync<SchemaException>(
            () => SchemaMigrator.ApplyAsync(pooler.ConnectionString, NullLogger.Instance, Token));
        Assert.Contains("Set ConnectionStrings:choir-direct", refused.Message, StringComparison.Ordinal);

        await using var host = await StorageHost.StartAsync(pooler.ConnectionString, ("ConnectionStrings:choir-direct", direct));

        // More at once than the pooler has sessions.
        await AssertWorksAsync(host);
    }

    [Fact]
    public async Task Session_pooling_works_as_it_is()
    {
        Assert.SkipUnless(PgBouncerServer.IsInstalled, PgBouncerServer.Need);
        await using var pooler = await PgBouncerServer.StartAsync(await postgres.CreateDatabaseAsync(withSchema: false), "session", sessions: 20);
        await using (var host = await StorageHost.StartAsync(pooler.ConnectionString))
        {
            await AssertWorksAsync(host);
        }

        // Its sessions are used again.
        await using var next = await StorageHost.StartAsync(pooler.ConnectionString);
        await AssertWorksAsync(next);
    }

    private static async Task AssertWorksAsync(StorageHost host)
    {
        var thread = await host.CreateThreadAsync();
        var following = host.FollowAsync(thread, 40);

        // Each statement more often than it takes to be prepared.
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 40),
            new ParallelOptions { MaxDegreeOfParallelism = 12, CancellationToken = Token },
            async (_, _) => Assert.NotNull(await host.AcceptAsync(thread)));

        Assert.Equal(Enumerable.Range(1, 40).Select(number => (long)number), await following.WaitAsync(TimeSpan.FromSeconds(30), Token));
        await host.BecomesAsync(HealthStatus.Healthy);
        Assert.DoesNotContain(host.Logs.Records, record => record.Level >= LogLevel.Warning);
    }
}
