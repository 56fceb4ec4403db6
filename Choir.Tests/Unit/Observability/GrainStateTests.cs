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
        await using var cluster = await GrainCluster.StartAsync(configureSilo: silo =>
            silo.Services.AddKeyedSingleton<IGrainStorage>("Default", (_, _) => new RefusingStorage()));
        await Assert.ThrowsAsync<InconsistentStateException>(() => cluster.Client.GetGrain<ILedgerBook>("a").WriteAsync("text"));
        Assert.Equal(1, cluster.Sum("actor.state.conflicts", Book));
        Assert.Equal(0, cluster.Sum("actor.state.changes", Book));
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
