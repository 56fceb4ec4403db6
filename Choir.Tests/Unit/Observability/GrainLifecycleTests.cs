using Choir.Observability;
using Choir.Tests.Support;
using Choir.Tests.Unit.Observability.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Choir.Tests.Unit.Observability;

public sealed class GrainLifecycleTests
{
    [Fact]
    public async Task Activations_and_deactivations_are_counted()
    {
        await using var cluster = await GrainCluster.StartAsync();
        foreach (var name in new[] { "a", "b", "c" })
        {
            await cluster.Client.GetGrain<IShelf>(name).PutAsync(1);
        }

        Assert.Equal(3, cluster.Measurements.Of("actor.activation.time").Count);
        Assert.Equal((3, 3), (cluster.Sum("actor.created", Shelf), cluster.Sum("actor.count", Shelf)));
        await cluster.Client.GetGrain<IShelf>("b").LeaveAsync();
        await Eventually.HoldsAsync("b to have left", () => cluster.Sum("actor.count", Shelf) == 2);
        Assert.Equal(1, cluster.Sum("actor.destroyed", Shelf, ("reason", "deactivated")));
        Assert.Equal(1, cluster.Sum("actor.destroyed"));
    }

    [Fact]
    public async Task A_grain_that_cannot_be_activated_counts_as_failed()
    {
        await using var cluster = await GrainCluster.StartAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => cluster.Client.GetGrain<IShelf>("broken").PutAsync(1));
        await Eventually.HoldsAsync("it to be counted", () => cluster.Sum("actor.destroyed", Shelf, ("reason", "failed")) >= 1);
        Assert.Equal(cluster.Sum("actor.created", Shelf), cluster.Sum("actor.destroyed", Shelf));
        Assert.Equal((0, 0), (cluster.Sum("actor.count", Shelf), cluster.Sum("actor.messages")));
    }

    [Fact]
    public async Task A_grain_whose_constructor_throws_counts_as_failed_also_the_first_of_its_type()
    {
        await using var cluster = await GrainCluster.StartAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => cluster.Client.GetGrain<IUnmade>("a").AskAsync());
        await Eventually.HoldsAsync("it to be counted", () => cluster.Sum("actor.destroyed", ("actor.type", "unmade"), ("reason", "failed")) >= 1);
        Assert.Equal(cluster.Sum("actor.created", ("actor.type", "unmade")), cluster.Sum("actor.destroyed", ("actor.type", "unmade")));
    }

    [Fact]
    public async Task Each_activation_of_a_stateless_worker_counts()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var gate = $"{Guid.NewGuid()}";
        var sorter = cluster.Client.GetGrain<ISorter>(0);
        var calls = Enumerable.Range(0, 6).Select(_ => sorter.SortAsync(gate)).ToArray();
        await Eventually.HoldsAsync("three workers to be active", () => cluster.Sum("actor.count", ("actor.type", "sorter")) == 3);
        Gates.Open(gate);
        await Task.WhenAll(calls);
        Assert.Equal(6, cluster.Sum("actor.messages", ("actor.type", "sorter"), ("outcome", "ok")));
        Assert.Equal(3, cluster.Sum("actor.created", ("actor.type", "sorter")));
    }

    [Fact]
    public async Task Two_silos_of_a_process_count_their_own_grains()
    {
        await using var one = await GrainCluster.StartAsync();
        await using var other = await GrainCluster.StartAsync();
        await one.Client.GetGrain<IShelf>("a").PutAsync(1);
        await other.Client.GetGrain<IShelf>("a").PutAsync(1);
        await other.Client.GetGrain<IShelf>("b").PutAsync(1);
        Assert.Equal((1, 2), (one.Sum("actor.count"), other.Sum("actor.count")));
    }

    [Fact]
    public async Task Nothing_of_it_fails()
    {
        using var logs = new LogCollector();
        await using (var cluster = await GrainCluster.StartAsync(
            configureSilo: silo => silo.Services.AddLogging(logging => logging.AddProvider(logs))))
        {
            await cluster.Client.GetGrain<IShelf>("a").BorrowAsync("b", 1);
            await cluster.Client.GetGrain<ILedgerBook>("a").WriteAsync("text");
            await Assert.ThrowsAnyAsync<Exception>(() => cluster.Client.GetGrain<IShelf>("broken").PutAsync(1));
        }

        Assert.NotEmpty(logs.Records);
        Assert.DoesNotContain(logs.Records, record => record.Event == "telemetry_failed");
    }

    [Fact]
    public async Task Calls_that_end_in_a_silo_that_was_killed_log_nothing()
    {
        using var logs = new LogCollector();
        await using var cluster = await GrainCluster.StartAsync(
            configureSilo: silo => silo.Services.AddLogging(logging => logging.AddProvider(logs)), silos: 2);
        var gate = $"{Guid.NewGuid()}";
        var calls = Enumerable.Range(0, 40).Select(number => cluster.Client.GetGrain<IShelf>($"{number}").WaitAsync(gate)).ToArray();
        var killed = cluster.Cluster.Silos[1].ServiceProvider.GetRequiredService<ActorTelemetry>();
        await Eventually.HoldsAsync("calls to wait in both silos", () =>
            killed.Types.Any(type => type.Live.Count > 0)
            && killed.Types.Concat(cluster.Of<ActorTelemetry>().Types).Sum(type => type.Live.Count) == calls.Length);
        await cluster.Cluster.KillSiloAsync(cluster.Cluster.Silos[1], TestContext.Current.CancellationToken);
        Gates.Open(gate);
        await Eventually.HoldsAsync("the calls in it to end", () => killed.Types.All(type => type.InFlight.Count == 0));
        Assert.True(killed.IsDisposed);
        Assert.DoesNotContain(logs.Records, record => record.Event == "telemetry_failed");
    }

    [Fact]
    public async Task A_grain_that_Orleans_drops_because_a_call_does_not_end_counts_as_failed_and_its_call_is_not_listed()
    {
        await using var cluster = await GrainCluster.StartAsync(configureSilo: silo => silo.Configure<SiloMessagingOptions>(
            options => options.MaxRequestProcessingTime = TimeSpan.FromMilliseconds(500)));
        var gate = $"{Guid.NewGuid()}";
        using var open = new OpenGates(gate);
        var clerk = cluster.Client.GetGrain<IClerk>("a");
        clerk.HoldAsync(gate).Ignore();
        await Eventually.HoldsAsync("the call to wait", () => cluster.Of<ActorTelemetry>().Types.Any(type => type.InFlight.Count == 1));

        // The first that comes later than that waits for a while, the next makes Orleans drop the activation.
        await Eventually.HoldsAsync("another activation", () =>
        {
            clerk.PassAsync().Ignore();
            return cluster.Sum("actor.created", Clerk) == 2;
        });
        await Eventually.HoldsAsync("one activation", () => cluster.Sum("actor.count", Clerk) == 1);
        Assert.Equal(1, cluster.Sum("actor.destroyed", Clerk, ("reason", "failed")));
        Assert.All(cluster.Of<ActorTelemetry>().Types, type => Assert.Equal(0, type.InFlight.Count));
    }

    [Fact]
    public async Task A_grain_that_takes_long_to_leave_is_counted_until_it_has_left_for_the_reason_that_it_has()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var name = $"slow-{Guid.NewGuid()}";
        using var open = new OpenGates(name);
        var clerk = cluster.Client.GetGrain<IClerk>(name);
        await clerk.PassAsync();
        var type = Assert.Single(cluster.Of<ActorTelemetry>().Types);
        var grain = Assert.IsType<GrainActivation>(type.Live.Find(name));
        await clerk.LeaveAsync();
        await Eventually.HoldsAsync("the grain to leave", () => grain.DeactivatingSince != 0);
        var check = ActivatorUtilities.CreateInstance<CatalogueCheck>(cluster.Cluster.Silos[0].ServiceProvider);
        for (var tick = 0; tick < 3; tick++)
        {
            check.Tick();
        }

        Assert.Equal(1, cluster.Sum("actor.count", Clerk));
        Gates.Open(name);
        await Eventually.HoldsAsync("the grain to have left", () => cluster.Sum("actor.count", Clerk) == 0);
        Assert.Equal(1, cluster.Sum("actor.destroyed", Clerk, ("reason", "deactivated")));
    }

    [Fact]
    public async Task A_grain_whose_deactivation_is_never_reported_counts_as_failed_although_its_id_is_active_again()
    {
        await using var cluster = await GrainCluster.StartAsync();
        await cluster.Client.GetGrain<IShelf>("a").PutAsync(1);
        var type = Assert.Single(cluster.Of<ActorTelemetry>().Types);
        Assert.IsType<GrainActivation>(type.Live.Find("a")).DeactivatingSince = 1;
        var check = ActivatorUtilities.CreateInstance<CatalogueCheck>(cluster.Cluster.Silos[0].ServiceProvider);
        check.Tick();
        check.Tick();
        Assert.Equal(1, cluster.Sum("actor.destroyed", Shelf, ("reason", "failed")));
        Assert.Equal(0, cluster.Sum("actor.count", Shelf));
    }

    [Fact]
    public async Task Calls_of_a_grain_that_has_left_are_in_no_list()
    {
        await using var cluster = await GrainCluster.StartAsync();
        await cluster.Client.GetGrain<IShelf>("a").PutAsync(1);
        var type = Assert.Single(cluster.Of<ActorTelemetry>().Types);
        var grain = Assert.IsType<GrainActivation>(type.Live.Find("a"));
        var call = new GrainCall(grain, new ObservedMethod(cluster.Of<ActorTelemetry>().Kinds[0], null, null), "gateway", Started: 1, default);
        var early = new RunningCall(call, caller: null, Task.CompletedTask);
        grain.Suspend(early);
        Assert.Equal(1, type.InFlight.Count);
        Assert.True(type.OnDestroyed(grain, (int)DestroyReason.Deactivated));
        Assert.Equal(0, type.InFlight.Count);
        grain.Resume(early);
        grain.Suspend(new RunningCall(call, caller: null, Task.CompletedTask));
        Assert.Equal(0, type.InFlight.Count);
    }

    private static (string, string) Clerk => ("actor.type", "clerk");

    private static (string, string) Shelf => ("actor.type", "shelf");
}
