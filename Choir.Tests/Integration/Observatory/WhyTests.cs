using Choir.ActorHost.Ledger;
using Choir.ActorHost.PostChain.Model;
using Choir.Actors.Inspection;
using Choir.Observatory.Why.Causes;
using Choir.Storage.Telemetry;
using Choir.Tests.Support;
using Choir.Tests.Support.Hostile;
using Choir.Tests.Unit.Actors.Support;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Choir.Tests.Integration.Observatory;

/// <summary>Disturbs a running system in one way after the other. Alone, because the tests share processors, heap and thread pool with others.</summary>
[Collection(Alone.Name)]
public sealed class WhyTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_slow_database_is_found()
    {
        await using var proxy = HostilePostgres.Before(await postgres.CreateDatabaseAsync(withSchema: false));
        await using var database = Database(proxy.ConnectionString + ";Maximum Pool Size=50");
        await using var market = await WatchedMarket.OpenAsync(configureSilo: silo => AddDatabase(silo.Services));
        market.Trade.Sell = (_, _) => SelectAsync(database);
        await market.GetGoingAsync();

        proxy.Delay = TimeSpan.FromMilliseconds(100);
        var found = await market.FindAsync(SlowDependency.Cause);
        Assert.Equal(DatabaseMetrics.Dependency, found.Subject);
        Assert.Contains("`select` p95", found.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_frozen_for_seconds_is_named_while_it_is_and_after()
    {
        await using var proxy = HostilePostgres.Before(await postgres.CreateDatabaseAsync(withSchema: false));
        await using var database = Database(proxy.ConnectionString + ";Maximum Pool Size=50");
        await using var market = await WatchedMarket.OpenAsync(configureSilo: silo => AddDatabase(silo.Services));
        market.Trade.Sell = (_, _) => SelectAsync(database);
        await market.GetGoingAsync();

        proxy.Freeze();
        var found = await market.FindAsync(StalledDependency.Cause, "The database has not answered since");
        Assert.Equal(DatabaseMetrics.Dependency, found.Subject);
        Assert.Matches("calls? .*`select`.* not ended, and no message to ", found.Sentence);
        Assert.Single((await market.ReadAsync()).Findings);

        proxy.Continue();
        await market.FindAsync(StalledDependency.Cause, "The database did not answer for");
    }

    [Fact]
    public async Task A_queue_behind_a_slow_database_is_one_sentence()
    {
        await using var proxy = HostilePostgres.Before(await postgres.CreateDatabaseAsync(withSchema: false));
        await using var database = Database(proxy.ConnectionString + ";Maximum Pool Size=50");
        await using var market = await WatchedMarket.OpenAsync(configureSilo: silo => AddDatabase(silo.Services));
        market.Trade.Sell = (_, _) => SelectAsync(database);
        await market.GetGoingAsync();

        proxy.Delay = TimeSpan.FromMilliseconds(100);
        for (var message = 0; message < 400; message++)
        {
            market.Crowd("crowded");
        }

        var found = await market.FindAsync(SlowDependency.Cause, "is queueing at StallActor/crowded, which waits for the database (`select` p95");
        Assert.StartsWith("p95 of SELL rose from ", found.Sentence, StringComparison.Ordinal);
        Assert.Contains("actors/actor?type=StallActor&id=crowded", found.Link, StringComparison.Ordinal);
        Assert.Single((await market.ReadAsync()).Findings);
    }

    [Fact]
    public async Task An_exhausted_pool_is_found()
    {
        await using var database = Database(await postgres.CreateDatabaseAsync(withSchema: false) + ";Maximum Pool Size=4;Timeout=60");
        await using var market = await WatchedMarket.OpenAsync(configureSilo: silo => AddDatabase(silo.Services));
        market.Trade.Sell = (_, _) => SelectAsync(database);
        await market.GetGoingAsync();

        var held = new List<NpgsqlConnection>();
        for (var connection = 0; connection < 4; connection++)
        {
            held.Add(await database.OpenConnectionAsync(TestContext.Current.CancellationToken));
        }

        var found = await market.FindAsync(ExhaustedPool.Cause);
        Assert.Contains("4 connections of the pool", found.Sentence, StringComparison.Ordinal);
        foreach (var connection in held)
        {
            await connection.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_hot_actor_is_found()
    {
        await using var market = await WatchedMarket.OpenAsync();
        await market.GetGoingAsync();
        for (var message = 0; message < 5_000; message++)
        {
            market.Crowd("hot");
        }

        Assert.Equal("StallActor/hot", (await market.FindAsync(HotActor.Cause)).Subject);
    }

    [Fact]
    public async Task A_blocked_thread_is_found()
    {
        await using var market = await WatchedMarket.OpenAsync();
        await market.GetGoingAsync();
        using var gate = new ManualResetEventSlim();
        var usual = market.Trade.Sell;
        market.Trade.Sell = (stall, host) =>
        {
            if (stall.Name != "blocked")
            {
                return usual(stall, host);
            }

            gate.Wait(CancellationToken.None);
            return Task.CompletedTask;
        };
        market.Crowd("blocked");
        try
        {
            Assert.Equal("StallActor/blocked", (await market.FindAsync(BlockedThread.Cause)).Subject);
        }
        finally
        {
            gate.Set();
        }
    }

    [Fact]
    public async Task Many_handlers_that_do_not_end_are_found_although_nobody_waits_for_them()
    {
        await using var market = await WatchedMarket.OpenAsync();
        await market.GetGoingAsync();
        var end = new TaskCompletionSource();
        var usual = market.Trade.Sell;
        market.Trade.Sell = (stall, host) => stall.Name.StartsWith("hangs", StringComparison.Ordinal) ? end.Task : usual(stall, host);
        for (var stall = 0; stall < 20; stall++)
        {
            market.Crowd($"hangs{stall}");
        }

        var found = await market.FindAsync(LongHandler.Cause, "20 handlers of StallActor have not ended");
        end.SetResult();
        Assert.Equal("StallActor", found.Subject);
    }

    [Fact]
    public async Task A_slow_model_is_found()
    {
        var calls = new DependencyCalls(MeasuredChatClient.Dependency, TimeProvider.System);
        await using var market = await WatchedMarket.OpenAsync(configureSilo: silo => silo.Services.AddSingleton<IDependencyFigures>(calls));
        var inner = new PausingModel();
        using var model = new MeasuredChatClient(inner, calls);
        market.Trade.Sell = (_, _) => model.GetResponseAsync("hello", cancellationToken: CancellationToken.None);
        await market.GetGoingAsync();

        inner.Milliseconds = 300;
        Assert.Equal(MeasuredChatClient.Dependency, (await market.FindAsync(SlowDependency.Cause)).Subject);
    }

    [Fact]
    public async Task A_slow_chain_is_found()
    {
        using var measured = new Measurements();
        var metrics = new LedgerMetrics(measured.Factory, TimeProvider.System);
        await using var market = await WatchedMarket.OpenAsync(configureSilo: silo => silo.Services.AddSingleton(metrics.Calls));
        using var node = new PausingNode();
        using var http = new HttpClient(new LedgerTracing.ChainCalls(metrics, node));
        market.Trade.Sell = async (_, _) =>
        {
            using var answer = await http.GetAsync(new Uri("http://node.example"), CancellationToken.None);
        };
        await market.GetGoingAsync();

        node.Milliseconds = 250;
        Assert.Equal(LedgerMetrics.Dependency, (await market.FindAsync(SlowDependency.Cause)).Subject);
    }

    [Fact]
    public async Task A_failing_handler_is_found()
    {
        await using var market = await WatchedMarket.OpenAsync();
        await market.GetGoingAsync();
        var sales = 0;
        market.Trade.Sell = (_, _) => Interlocked.Increment(ref sales) % 3 == 0
            ? throw new InvalidOperationException("The till is stuck.")
            : Trade.Pause(2);
        var found = await market.FindAsync(FailingHandler.Cause);
        Assert.Equal(nameof(StallActor), found.Subject);
        Assert.Contains("'The till is stuck'", found.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_growing_state_is_found()
    {
        await using var market = await WatchedMarket.OpenAsync();
        var isGrowing = false;
        market.Trade.Sell = (stall, _) => stall.StoreAsync(isGrowing && stall.Name.EndsWith("-1", StringComparison.Ordinal) ? new string('x', 100_000) : "");
        await market.GetGoingAsync();

        isGrowing = true;
        await Eventually.HoldsAsync("a large state", async () => (await market.ReadAsync()).Findings.Count > 0);
        isGrowing = false;
        Assert.Equal($"StallActor/{market.Name}-1", (await market.FindAsync(GrowingState.Cause)).Subject);
    }

    [Fact]
    public async Task Memory_pressure_is_found()
    {
        await using var market = await WatchedMarket.OpenAsync();
        await market.GetGoingAsync();
        using var filling = new Filling();
        Assert.Equal(market.Actors.Cluster.Silos[0].Name, (await market.FindAsync(MemoryPressure.Cause)).Subject);
    }

    [Fact]
    public async Task A_slow_peer_host_is_found()
    {
        await using var market = await WatchedMarket.OpenAsync(silos: 2);
        await market.GetGoingAsync();
        var slow = market.Actors.Cluster.Silos[1].Name;
        market.Trade.Sell = (_, host) => Trade.Pause(host == slow ? 120 : 2);
        Assert.Equal(slow, (await market.FindAsync(SlowHost.Cause, slow)).Subject);
    }

    [Fact]
    public async Task A_slow_handler_is_found_and_not_the_actors_that_await_it()
    {
        await using var market = await WatchedMarket.OpenAsync();
        await market.GetGoingAsync();
        market.Trade.Sell = (_, _) => Trade.Pause(150);
        Assert.Equal(nameof(StallActor), (await market.FindAsync(SlowHandler.Cause)).Subject);
        Assert.Single((await market.ReadAsync()).Findings);
    }

    [Fact]
    public async Task Without_a_cause_none_is_named_in_ten_runs()
    {
        await using var actors = await ActorCluster.StartAsync(silos: 2);
        for (var seed = 1; seed <= 10; seed++)
        {
            var random = new Random(seed);
            await using var market = new WatchedMarket(actors, seed) { Stalls = random.Next(3, 60), Customers = random.Next(4, 12), ThinkingMilliseconds = random.Next(5, 50) };
            var (pause, size) = (random.Next(1, 8), random.Next(0, 3));
            market.Trade.Sell = async (stall, _) =>
            {
                await Trade.Pause(pause);
                await stall.StoreAsync(new string('x', size));
            };
            await market.GetGoingAsync();
            for (var reading = 0; reading < 60; reading++)
            {
                var why = await market.ReadAsync();
                Assert.True(why.Findings.Count == 0, $"Seed {seed}: {why.Text}");
            }
        }
    }

    private static void AddDatabase(IServiceCollection services)
    {
        services.AddSingleton<DatabaseMetrics>();
        services.AddSingleton<IDependencyFigures>(provider => provider.GetRequiredService<DatabaseMetrics>());
    }

    private static NpgsqlDataSource Database(string connectionString)
    {
        var source = new NpgsqlDataSourceBuilder(connectionString) { Name = Guid.NewGuid().ToString("n") };
        source.NameSpans();
        return source.Build();
    }

    private static async Task SelectAsync(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand("SELECT 1");
        await command.ExecuteScalarAsync(CancellationToken.None);
    }
}
