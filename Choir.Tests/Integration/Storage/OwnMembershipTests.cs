using System.Net;
using Choir.Storage;
using Choir.Tests.Support;
using Choir.Tests.Support.Hostile;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Choir.Tests.Integration.Storage;

/// <summary>A host whose row is missing in the membership table, as after a failover to an earlier state of the database.</summary>
public sealed class OwnMembershipTests(PostgresFixture postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_host_that_is_not_listed_says_so_and_ends_with_an_error_and_joins_when_it_is_started_again()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var connections = NpgsqlDataSource.Create(database);
        await using var host = await ActorHostProcess.StartAsync(database);
        using var http = new HttpClient { BaseAddress = await host.AddressAsync() };
        await Eventually.HoldsAsync("the host to be ready", async () =>
            (await http.GetAsync(new Uri("/ready", UriKind.Relative), Token)).StatusCode == HttpStatusCode.OK);

        await using (var earlier = connections.CreateCommand(
            "DELETE FROM orleans_membership WHERE status = 3; UPDATE orleans_cluster SET version = greatest(version - 3, 0)"))
        {
            await earlier.ExecuteNonQueryAsync(Token);
        }

        await Eventually.HoldsAsync("the health to say so", async () =>
            (await (await http.GetAsync(new Uri("/health", UriKind.Relative), Token)).Content.ReadAsStringAsync(Token))
                .Contains("table does not list this host", StringComparison.Ordinal));
        Assert.Equal(1, await host.ExitCodeAsync());
        Assert.Contains("membership_lost", host.Log, StringComparison.Ordinal);

        await using var again = await ActorHostProcess.StartAsync(database);
        await Eventually.HoldsAsync("the host to be listed", async () =>
        {
            await using var listed = connections.CreateCommand("SELECT count(*) FROM orleans_membership WHERE status = 3");
            return await listed.ExecuteScalarAsync(Token) is 1L;
        });
    }

    [Fact]
    public async Task Only_a_database_that_answers_can_say_that_the_host_is_not_listed()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var proxy = HostilePostgres.Before(database);
        using var silo = Silo(proxy.ConnectionString);
        using var logs = new LogCollector();
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(logs));
        var lifetime = silo.Services.GetRequiredService<IHostApplicationLifetime>();
        using var membership = Of(silo, loggers);

        // So early a state that there was no cluster.
        await CheckAsync(OwnMembership.ChecksUntilLost - 1);
        proxy.Leave();
        await CheckAsync(OwnMembership.ChecksUntilEnd);
        Assert.Null(membership.Problem);

        proxy.Return();
        await Eventually.HoldsAsync("a connection", async () =>
        {
            await membership.CheckAsync(Token);
            return membership.Problem is not null;
        });
        Assert.False(lifetime.ApplicationStopping.IsCancellationRequested);

        await CheckAsync(OwnMembership.ChecksUntilEnd - OwnMembership.ChecksUntilLost);
        Assert.True(lifetime.ApplicationStopping.IsCancellationRequested);
        Assert.Equal("membership_lost", Assert.Single(logs.Records).Event);

        async Task CheckAsync(int times)
        {
            for (var check = 0; check < times; check++)
            {
                await membership.CheckAsync(Token);
            }
        }
    }

    [Fact]
    public async Task A_host_goes_on_when_it_is_listed_again_and_ends_when_the_table_is_older_than_before()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var connections = NpgsqlDataSource.Create(database);
        using var silo = Silo(database);
        var table = silo.Services.GetRequiredService<IMembershipTable>();
        await table.InitializeMembershipTableAsync(true, Token);
        var details = silo.Services.GetRequiredService<ILocalSiloDetails>();
        using var logs = new LogCollector();
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(logs));
        var lifetime = silo.Services.GetRequiredService<IHostApplicationLifetime>();
        using var membership = Of(silo, loggers);
        await CheckAsync(OwnMembership.ChecksUntilLost);
        Assert.StartsWith("The cluster's membership table does not list this host", membership.Problem, StringComparison.Ordinal);

        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var row = new MembershipEntry
        {
            SiloAddress = details.SiloAddress,
            SiloName = details.Name,
            HostName = "here",
            Status = SiloStatus.Active,
            StartTime = now,
            IAmAliveTime = now,
        };
        Assert.True(await table.InsertRowAsync(row, (await table.ReadAllAsync(Token)).Version.Next(), Token));
        await CheckAsync(1);
        Assert.Null(membership.Problem);

        await using (var earlier = connections.CreateCommand("UPDATE orleans_cluster SET version = version - 1"))
        {
            await earlier.ExecuteNonQueryAsync(Token);
        }

        await CheckAsync(OwnMembership.ChecksUntilLost);
        Assert.StartsWith("The cluster's membership table is older than the one that this host knows", membership.Problem, StringComparison.Ordinal);
        await CheckAsync(OwnMembership.ChecksUntilEnd - OwnMembership.ChecksUntilLost);
        Assert.True(lifetime.ApplicationStopping.IsCancellationRequested);
        Assert.Equal(["membership_lost", "membership_back", "membership_lost"], logs.Records.Select(record => record.Event));

        async Task CheckAsync(int times)
        {
            for (var check = 0; check < times; check++)
            {
                await membership.CheckAsync(Token);
            }
        }
    }

    private static OwnMembership Of(IHost silo, ILoggerFactory loggers) =>
        ActivatorUtilities.CreateInstance<OwnMembership>(silo.Services, loggers.CreateLogger<OwnMembership>());

    // Not started: a running silo would insert its row.
    private static IHost Silo(string database)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration["ConnectionStrings:choir"] = database;
        builder.AddChoirStorage();
        builder.UseOrleans(silo => silo
            .UseLittleMemory()
            .UseChoirClustering()
            .ConfigureEndpoints(IPAddress.Loopback, Loopback.FreePort(), Loopback.FreePort()));
        return builder.Build();
    }
}
