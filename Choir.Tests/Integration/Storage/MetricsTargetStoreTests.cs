using System.Globalization;
using Choir.Storage;
using Choir.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Choir.Tests.Integration.Storage;

public sealed class MetricsTargetStoreTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly MetricsTarget Target = new("http://10.0.0.1:8080", "actor-host", "machine", "actor-host-7");

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

        Assert.Equal([Target with { Service = "gateway" }], await _store.ListAsync(Token));
        await _store.RemoveAsync(now, Token);
        Assert.Null(await _store.ListAsync(Token));
    }

    [Fact]
    public async Task An_expired_entry_is_not_listed_and_removed_after_an_hour()
    {
        await _store.RegisterAsync(Guid.NewGuid(), Target, Token);
        await PassAsync(TimeSpan.FromSeconds(45));
        var own = Target with { Address = "http://10.0.0.2:8080" };
        await _store.RegisterAsync(_store.Process, own, Token);
        await PassAsync(TimeSpan.FromSeconds(16));
        Assert.Equal([own], await _store.ListAsync(Token));

        await PassAsync(TimeSpan.FromHours(1));
        await _store.RegisterAsync(Guid.NewGuid(), own, Token);
        Assert.Equal(1L, await _database.ScalarAsync("SELECT count(*) FROM metrics_targets"));
    }

    [Fact]
    public async Task After_an_outage_of_the_database_the_list_is_unknown_and_then_whole()
    {
        var (own, alive, dead) = (_store.Process, Guid.NewGuid(), Guid.NewGuid());
        var (first, second) = (Target with { Address = "http://10.0.0.1:1" }, Target with { Address = "http://10.0.0.2:2" });
        await _store.RegisterAsync(dead, Target with { Address = "http://10.0.0.3:3" }, Token);
        await PassAsync(MetricsTargetStore.Expiry);
        await _store.RegisterAsync(own, first, Token);
        await PassAsync(TimeSpan.FromSeconds(16));
        await _store.RegisterAsync(own, first, Token);
        await _store.RegisterAsync(alive, second, Token);
        Assert.Equal([first, second], await _store.ListAsync(Token));

        await PassAsync(TimeSpan.FromSeconds(95));
        Assert.Null(await _store.ListAsync(Token));

        // A process that has just started must not make others vanish.
        var third = Target with { Address = "http://10.0.0.9:9" };
        await _store.RegisterAsync(Guid.NewGuid(), third, Token);
        Assert.Null(await _store.ListAsync(Token));

        await _store.RegisterAsync(own, first, Token);
        Assert.Equal([first, second, third], await _store.ListAsync(Token));
    }

    [Fact]
    public async Task A_process_that_alone_was_cut_off_from_the_database_does_not_renew_dead_ones()
    {
        var (own, alive, dead) = (_store.Process, Guid.NewGuid(), Guid.NewGuid());
        var (first, second) = (Target with { Address = "http://10.0.0.1:1" }, Target with { Address = "http://10.0.0.2:2" });
        await _store.RegisterAsync(dead, Target with { Address = "http://10.0.0.3:3" }, Token);
        await _store.RegisterAsync(own, first, Token);
        await _store.RegisterAsync(alive, second, Token);
        for (var step = 0; step < 7; step++)
        {
            await PassAsync(TimeSpan.FromSeconds(9));
            await _store.RegisterAsync(alive, second, Token);
        }

        await _store.RegisterAsync(own, first, Token);
        Assert.Equal([first, second], await _store.ListAsync(Token));
    }

    [Fact]
    public async Task A_new_process_waits_until_others_may_have_registered_again()
    {
        await _store.RegisterAsync(Guid.NewGuid(), Target, Token);
        await PassAsync(MetricsTargetStore.Expiry);
        var own = Target with { Address = "http://10.0.0.2:8080" };

        // Before its own registration it is new too, whoever else has registered.
        await _store.RegisterAsync(Guid.NewGuid(), Target with { Address = "http://10.0.0.3:8080" }, Token);
        Assert.Null(await _store.ListAsync(Token));

        await _store.RegisterAsync(_store.Process, own, Token);
        Assert.Null(await _store.ListAsync(Token));

        await PassAsync(TimeSpan.FromSeconds(16));
        await _store.RegisterAsync(_store.Process, own, Token);
        Assert.Contains(own, (await _store.ListAsync(Token))!);
    }

    [Fact]
    public async Task A_process_is_listed_from_its_start_to_its_end()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration["ConnectionStrings:choir"] = _database.ConnectionString;
        builder.AddChoirStorage();
        builder.AddMetricsTarget(_ => (Target.Address, Target.Service, Target.Host, Target.Instance));
        using (var host = builder.Build())
        {
            await host.StartAsync(Token);
            await Eventually.HoldsAsync("the process to be listed", async () => await _store.ListAsync(Token) is [var one] && one == Target);
            await host.StopAsync(Token);
        }

        Assert.Equal(0L, await _database.ScalarAsync("SELECT count(*) FROM metrics_targets"));
    }

    /// <summary>Makes all entries older.</summary>
    private Task<object?> PassAsync(TimeSpan time) => _database.ScalarAsync(string.Create(
        CultureInfo.InvariantCulture,
        $"UPDATE metrics_targets SET seen_at = seen_at - interval '{time.TotalSeconds + 1} s', since = since - interval '{time.TotalSeconds + 1} s'"));
}
