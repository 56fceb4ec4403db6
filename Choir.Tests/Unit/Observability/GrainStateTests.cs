using Choir.Observability;
using Choir.Tests.Support;
using Choir.Tests.Unit.Observability.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;

namespace Choir.Tests.Unit.Observability;

public sealed class GrainStateTests
{
    private static readonly (string, string) Book = ("actor.type", "ledger_book");

    [Fact]
    public async Task Writes_are_changes_of_the_state_with_the_size_that_the_storage_has()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var book = cluster.Client.GetGrain<ILedgerBook>("a");
        await book.WriteAsync("short");
        await book.WriteAsync(new string('x', 5_000));
        Assert.Equal(2, cluster.Sum("actor.state.changes", Book, ("state.key", "page")));
        var size = cluster.Of<IGrainStorageSerializer>().Serialize(new BookPage { Text = new string('x', 5_000) }).ToMemory().Length;
        Assert.Equal(size, cluster.Sum("actor.state.total_size", Book));
    }

    [Fact]
    public async Task A_state_that_is_read_or_removed_changes_the_total_size()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var book = cluster.Client.GetGrain<ILedgerBook>("a");
        await book.WriteAsync("text");
        var size = cluster.Sum("actor.state.total_size");
        Assert.InRange(size, 1, 1_000);
        await book.LeaveAsync();
        await Eventually.HoldsAsync("the grain to have left", () => cluster.Sum("actor.state.total_size") == 0);
        await Eventually.HoldsAsync("its state to be read again", async () =>
        {
            await cluster.Client.GetGrain<ILedgerBook>("a").WriteAsync("text");
            return cluster.Sum("actor.state.total_size") == size;
        });
        await book.ClearAsync();
        Assert.Equal(0, cluster.Sum("actor.state.total_size"));
    }

    [Fact]
    public async Task A_refused_write_is_a_conflict_and_the_grain_gets_the_exception()
    {
        await using var cluster = await StartAsync(_ => new RefusingStorage());
        await Assert.ThrowsAsync<InconsistentStateException>(() => cluster.Client.GetGrain<ILedgerBook>("a").WriteAsync("text"));
        Assert.Equal(1, cluster.Sum("actor.state.conflicts", Book));
        Assert.Equal(0, cluster.Sum("actor.state.changes", Book));
    }

    [Fact]
    public async Task Storage_that_keeps_its_states_in_another_storage_counts_once()
    {
        await using var cluster = await StartOuterAsync(silo => silo.AddMemoryGrainStorage("inner"));
        var book = cluster.Client.GetGrain<ILedgerBook>("a");
        await book.WriteAsync("text");
        var size = cluster.Of<IGrainStorageSerializer>().Serialize(new BookPage { Text = "text" }).ToMemory().Length;
        Assert.Equal((1, size), (cluster.Sum("actor.state.changes", Book), cluster.Sum("actor.state.total_size", Book)));
        await book.ReadAsync();
        Assert.Equal(size, cluster.Sum("actor.state.total_size", Book));
        await book.WriteAsync("text");
        Assert.Equal(2, cluster.Sum("actor.state.changes", Book));
        await book.ClearAsync();
        Assert.Equal((3, 0), (cluster.Sum("actor.state.changes", Book), cluster.Sum("actor.state.total_size", Book)));
    }

    [Fact]
    public async Task A_write_that_the_inner_one_of_two_storages_refuses_is_one_conflict()
    {
        await using var cluster = await StartOuterAsync(silo => silo.Services.AddKeyedSingleton<IGrainStorage, RefusingStorage>("inner"));
        await Assert.ThrowsAsync<InconsistentStateException>(() => cluster.Client.GetGrain<ILedgerBook>("a").WriteAsync("text"));
        Assert.Equal(1, cluster.Sum("actor.state.conflicts", Book));
    }

    [Fact]
    public void An_operation_is_within_another_one_of_its_state_until_that_ends()
    {
        var grain = GrainId.Create("shelf", "a");
        using (StateSizes.Begin(grain, "page"))
        {
            Assert.True(StateSizes.IsWithin(grain, "page"));
            Assert.False(StateSizes.IsWithin(grain, "other"));
            Assert.False(StateSizes.IsWithin(GrainId.Create("shelf", "b"), "page"));
            using (StateSizes.Begin(grain, "other"))
            {
                Assert.True(StateSizes.IsWithin(grain, "page"));
            }
        }

        Assert.False(StateSizes.IsWithin(grain, "page"));
    }

    [Fact]
    public async Task A_serializer_that_uses_another_one_has_its_own_size_after_writes_and_reads()
    {
        await using var cluster = await GrainCluster.StartAsync(configureSilo: silo => silo.Services.AddKeyedSingleton<IGrainStorageSerializer>(
            "Default", (services, _) => new DoublingSerializer(services.GetRequiredService<IGrainStorageSerializer>())));
        var book = cluster.Client.GetGrain<ILedgerBook>("a");
        await book.WriteAsync("text");
        var size = 2 * cluster.Of<IGrainStorageSerializer>().Serialize(new BookPage { Text = "text" }).ToMemory().Length;
        Assert.Equal(size, cluster.Sum("actor.state.total_size", Book));
        await book.ReadAsync();
        Assert.Equal(size, cluster.Sum("actor.state.total_size", Book));
    }

    [Fact]
    public async Task What_a_serializer_streams_has_no_size_even_if_it_uses_another_one()
    {
        await using var cluster = await GrainCluster.StartAsync(configureSilo: silo => silo.Services
            .AddKeyedSingleton<IGrainStorageSerializer>("stream", (services, _) => new StreamingSerializer(services.GetRequiredService<IGrainStorageSerializer>()))
            .AddKeyedSingleton<IGrainStorage>("Default", (services, _) => new StreamingStorage((IGrainStorageStreamingSerializer)services.GetRequiredKeyedService<IGrainStorageSerializer>("stream"))));
        var book = cluster.Client.GetGrain<ILedgerBook>("a");
        await book.WriteAsync("text");
        Assert.Equal(1, cluster.Sum("actor.state.changes", Book));
        Assert.Empty(cluster.Measurements.Look("actor.state.total_size"));
        await book.ReadAsync();
        Assert.Empty(cluster.Measurements.Look("actor.state.total_size"));
    }

    [Fact]
    public async Task A_grain_may_block_its_thread_until_its_storage_has_answered()
    {
        await using var cluster = await StartAsync(_ => new ForgetfulStorage());
        await cluster.Client.GetGrain<IArchive>("a").BlockAsync();
        Assert.Equal(2, cluster.Sum("actor.state.changes", ("state.key", "blocked")));
    }

    [Fact]
    public async Task A_write_that_ends_after_the_grain_has_left_leaves_no_size()
    {
        await using var cluster = await StartAsync(services => new SlowStorage(services));
        var archive = cluster.Client.GetGrain<IArchive>($"{Guid.NewGuid()}");
        await archive.WriteAndLeaveAsync();
        await Eventually.HoldsAsync("the grain to have left", () => cluster.Sum("actor.count", ("actor.type", "archive")) == 0);
        Gates.Open(SlowStorage.EndOf(archive.GetGrainId()));
        await Eventually.HoldsAsync("the write to have ended", () => cluster.Sum("actor.state.changes") == 1);
        Assert.Equal(0, cluster.Sum("actor.state.total_size"));
        Assert.Empty(Assert.Single(cluster.Of<ActorTelemetry>().Types).Hot.Top(HotIndicator.StateSize));
    }

    [Fact]
    public async Task States_of_one_name_in_two_storages_have_a_size_each()
    {
        await using var cluster = await GrainCluster.StartAsync(configureSilo: silo => silo.Services
            .AddKeyedSingleton<IGrainStorage>("first", (services, _) => new SerializingStorage(services))
            .AddKeyedSingleton<IGrainStorage>("second", (services, _) => new SerializingStorage(services)));
        await cluster.Client.GetGrain<ICatalogue>("a").WriteAsync("text");
        var size = cluster.Of<IGrainStorageSerializer>().Serialize(new BookPage { Text = "text" }).ToMemory().Length;
        Assert.Equal(2 * size, cluster.Sum("actor.state.total_size"));
    }

    [Fact]
    public async Task Sizes_that_the_storage_does_not_tell_are_absent()
    {
        await using var cluster = await StartAsync(_ => new ForgetfulStorage());
        await cluster.Client.GetGrain<ILedgerBook>("a").WriteAsync("text");
        await cluster.Client.GetGrain<ILedgerBook>("a").ClearAsync();
        Assert.Equal(2, cluster.Sum("actor.state.changes", Book));
        Assert.Empty(cluster.Measurements.Look("actor.state.total_size"));
        Assert.All(cluster.Of<ActorTelemetry>().StateChanges.Of("ledger_book", "a"), change => Assert.Null(change.Size));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Storage_that_is_added_after_the_line_is_not_observed_and_the_log_says_so(bool isAddedAfter)
    {
        using var logs = new LogCollector();
        await using var cluster = await GrainCluster.StartAsync(
            configureSilo: silo => silo.Services.AddLogging(logging => logging.AddProvider(logs)),
            afterTheLine: silo =>
            {
                if (isAddedAfter)
                {
                    silo.AddMemoryGrainStorage("late");
                }
            });
        await cluster.Client.GetGrain<ILedgerBook>("a").WriteAsync("text");
        Assert.Equal(1, cluster.Sum("actor.state.changes", Book));
        Assert.Equal(isAddedAfter ? 1 : 0, logs.Records.Count(record => record.Event == "grain_storage_unobserved"));
    }

    private static Task<GrainCluster> StartAsync(Func<IServiceProvider, IGrainStorage> storage) => GrainCluster.StartAsync(configureSilo: silo =>
        silo.Services.AddKeyedSingleton("Default", (services, _) => storage(services)));

    private static Task<GrainCluster> StartOuterAsync(Action<ISiloBuilder> addInner) => GrainCluster.StartAsync(configureSilo: silo =>
    {
        addInner(silo);
        silo.Services.AddKeyedSingleton<IGrainStorage>("Default", (services, _) => new OuterStorage(services.GetRequiredKeyedService<IGrainStorage>("inner")));
    });

    private sealed class RefusingStorage : IGrainStorage
    {
        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            grainState.State = Activator.CreateInstance<T>();
            return Task.CompletedTask;
        }

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => throw new InconsistentStateException("refused");

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Task.CompletedTask;
    }
}
