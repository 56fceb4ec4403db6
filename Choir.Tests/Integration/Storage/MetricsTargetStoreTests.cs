using Choir.Storage;
using Choir.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Choir.Tests.Integration.Storage;

public sealed class MetricsTargetStoreTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly MetricsTarget Target = new("http://10.0.0.1:8080", "actor-host", "machine");

    private DatabaseFixture _database = null!;
    private MetricsTargetStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = new DatabaseFixture(postgres);
        await _database.InitializeAsync();
        _store = new MetricsTargetStore(_database.DataSource);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task A_new_process_at_the_same_address_replaces_the_old_one()
    {
        var (before, now) = (Guid.NewGuid(), Guid.NewGuid());
        await _store.RegisterAsync(before, Target, Token);
        await _store.RegisterAsync(now, Target with { Service = "gateway" }, Token);
        await _store.RemoveAsync(before, Token);

        Assert.Equal(Target with { Service = "gateway" }, Assert.Single(await _store.ListAsync(Token)));
        await _store.RemoveAsync(now, Token);
        Assert.Empty(await _store.ListAsync(Token));
    }

    [Fact]
    public async Task An_expired_entry_is_not_listed_and_then_removed()
    {
        await _store.RegisterAsync(Guid.NewGuid(), Target, Token);
        await _database.ScalarAsync($"UPDATE metrics_targets SET seen_at = seen_at - interval '{MetricsTargetStore.Expiry.TotalSeconds + 1} seconds'");
        Assert.Empty(await _store.ListAsync(Token));

        var other = Target with { Address = "http://10.0.0.2:8080" };
        await _store.RegisterAsync(Guid.NewGuid(), other, Token);
        Assert.Equal(other, Assert.Single(await _store.ListAsync(Token)));
        Assert.Equal(1L, await _database.ScalarAsync("SELECT count(*) FROM metrics_targets"));
    }

    [Fact]
    public async Task A_process_is_listed_from_its_start_to_its_end()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration["ConnectionStrings:choir"] = _database.ConnectionString;
        builder.AddChoirStorage();
        builder.AddMetricsTarget(_ => (Target.Address, Target.Service, Target.Host));
        using (var host = builder.Build())
        {
            await host.StartAsync(Token);
            await Eventually.HoldsAsync("the process to be listed", async () => (await _store.ListAsync(Token)).SequenceEqual([Target]));
            await host.StopAsync(Token);
        }

        Assert.Empty(await _store.ListAsync(Token));
    }
}
