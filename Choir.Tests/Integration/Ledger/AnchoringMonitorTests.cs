using Choir.ServiceDefaults.Health;
using Choir.Storage;
using Choir.Tests.Support;
using Choir.Tests.Support.Hostile;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Choir.Tests.Integration.Ledger;

/// <summary>The node's health and the state of anchoring, which is in the database.</summary>
public sealed class AnchoringMonitorTests(PostgresFixture postgres, HostileNodeFixture fixture) : IClassFixture<HostileNodeFixture>
{
    private const string Stuck = "Anchoring is stuck for 1 cycles: The account cannot pay.";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_the_database_does_not_answer_the_nodes_health_is_the_nodes_with_the_last_known_problem_of_anchoring()
    {
        var node = fixture.Reset();
        await using var proxy = HostilePostgres.Before(await postgres.CreateDatabaseAsync());
        await using var database = NpgsqlDataSource.Create(proxy.ConnectionString);
        await using var services = Services(database, node.Url);
        var monitor = services.GetRequiredService<HealthMonitor>();
        await BecomesAsync(monitor, "healthy", null);

        var outbox = new LedgerOutbox(database);
        var cycle = Guid.CreateVersion7();
        await LedgerTestBed.InsertAsync(database, Guid.CreateVersion7(), cycle);
        await outbox.MarkPendingAsync("The account cannot pay.", AnchorProblem.NoFunds, Cancellation);
        await BecomesAsync(monitor, "degraded", Stuck);

        // Each answer is of a check after the freeze, because it differs from the one before.
        proxy.Freeze();
        node.On("eth_chainId", Answer.Result("null"));
        await BecomesAsync(monitor, "unhealthy", "Blockchain error: The node answered eth_chainId with null, not with a number.");
        node.Reset();
        await BecomesAsync(monitor, "degraded", Stuck);

        proxy.Continue();
        await outbox.ClearPendingAsync(Cancellation);
        await BecomesAsync(monitor, "healthy", null);
    }

    private static ServiceProvider Services(NpgsqlDataSource database, Uri node)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Chain:Url"] = node.ToString() }).Build());
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(database);
        services.AddSingleton<IAnchoringMonitor, AnchoringMonitor>();
        services.AddSingleton<HealthMonitor>();
        services.AddHealthChecks().AddEthereumNode();
        return services.BuildServiceProvider();
    }

    private static Task BecomesAsync(HealthMonitor monitor, string status, string? reason) =>
        Eventually.HoldsAsync($"the node to be {status}, {reason ?? "without a reason"}", async () =>
        {
            var view = (await monitor.CurrentAsync([HealthComponents.Blockchain], Cancellation)).Components[HealthComponents.Blockchain];
            return (view.Status, view.Reason) == (status, reason);
        });
}
