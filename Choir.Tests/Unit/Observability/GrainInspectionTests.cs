using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Tests.Support;
using Choir.Tests.Unit.Observability.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Choir.Tests.Unit.Observability;

/// <summary>What the inspection, and so the routes and pages of the Observatory, show of ordinary grains.</summary>
public sealed class GrainInspectionTests
{
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(100);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Types_and_flow_are_those_of_the_calls_and_what_is_not_known_is_absent()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var shelf = cluster.Client.GetGrain<IShelf>("a");
        for (var call = 0; call < 4; call++)
        {
            await shelf.PutAsync(1);
        }

        await Assert.ThrowsAsync<NotSupportedException>(() => shelf.DropAsync("Too heavy."));
        await shelf.BorrowAsync("b", 1);
        var inspection = cluster.Of<IActorInspection>();
        var type = Assert.Single((await inspection.TypesAsync(Token)).Types, one => one.Type == "shelf");
        Assert.Equal((true, 2, 7, 1, 0), (type.IsGrain, type.Count, type.Messages, type.Errors, type.Rejected));
        Assert.Equal((null, null, null, null, null), (type.QueueLength, type.LongestQueue, type.Restarts, type.MeanQueueMs, type.StateSizeBytes));
        Assert.NotNull(type.MeanProcessingMs);

        var flow = await inspection.FlowAsync(Token);
        Assert.Equal(
            [("gateway", "IShelf.BorrowAsync", 1L, 0L), ("gateway", "IShelf.DropAsync", 1, 1), ("gateway", "IShelf.PutAsync", 4, 0), ("shelf", "IShelf.PutAsync", 1, 0)],
            flow.Edges.Select(edge => (edge.SourceType, edge.MessageType, edge.Messages, edge.Errors)));
        Assert.All(flow.Edges, edge => Assert.Null(edge.MeanQueueMs));

        var hottest = (await inspection.TypeAsync("shelf", Token)).Hottest;
        Assert.Equal([("a", 6.0), ("b", 1.0)], hottest.ByMessages.Select(one => (one.Id, (double)one.Messages)));
    }

    [Fact]
    public async Task Grains_that_handle_several_calls_at_a_time_are_told_from_those_that_do_not()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var gate = Guid.NewGuid().ToString("N");
        var calls = Task.WhenAll(cluster.Client.GetGrain<ISorter>(0).SortAsync(gate), cluster.Client.GetGrain<IDesk>("a").HoldAsync(gate));
        Gates.Open(gate);
        await calls;
        await cluster.Client.GetGrain<ILedgerBook>("a").ReadAsync();
        await cluster.Client.GetGrain<IShelf>("a").PutAsync(1);
        var types = (await cluster.Of<IActorInspection>().TypesAsync(Token)).Types.ToDictionary(type => type.Type, type => type.IsSequential);
        Assert.Equal((true, false, false, false), (types["ledger_book"], types["shelf"], types["sorter"], types["desk"]));
    }

    [Fact]
    public async Task A_grain_in_memory_is_found_with_its_calls_and_its_changes()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var book = cluster.Client.GetGrain<ILedgerBook>("day-1");
        await book.WriteAsync("text");
        await book.WriteAsync("other text");
        var inspection = cluster.Of<IActorInspection>();
        Assert.Equal(["day-1"], (await inspection.IdsAsync("ledger_book", "day", 10, Token)).Ids);

        var view = await inspection.ActorAsync(new ActorAddress("ledger_book", "day-1"), Token);
        Assert.NotNull(view.Live);
        Assert.Equal((null, null, null), (view.Live.QueueLength, view.Live.Running, view.Live.State));
        Assert.True(view.Live.StateSizeBytes > 0);
        Assert.Equal(["ILedgerBook.WriteAsync", "ILedgerBook.WriteAsync"], view.Messages.Select(hop => hop.MessageType));
        Assert.All(view.Messages, hop => Assert.Equal((null, null, "ok"), (hop.QueueMs, hop.SizeBytes, hop.Outcome)));
        Assert.Equal(2, view.StateChanges.Count);
        Assert.Empty((await inspection.StuckAsync(Token)).Handlers);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Calls_that_do_not_end_are_shown_with_where_they_stand_and_who_waits_for_whom(short silos)
    {
        await using var cluster = await GrainCluster.StartAsync(options => options.SlowAfter = Slow, silos: silos);
        var gate = $"{Guid.NewGuid()}";
        var asked = cluster.Client.GetGrain<IWaiter>("a").FollowAsync(["b", "c"], gate);
        var inspection = cluster.Of<IActorInspection>();
        var stuck = await Eventually.GivesAsync("three stuck calls", async () =>
            await inspection.StuckAsync(Token) is { Handlers.Count: 3 } view ? view : null);

        Assert.Equal([("a", "blocked"), ("b", "blocked"), ("c", "slow")], stuck.Handlers.OrderBy(one => one.ActorId).Select(one => (one.ActorId, one.Reason)));
        var chain = Assert.Single(stuck.Chains);
        Assert.Equal(["waiter/a", "waiter/b", "waiter/c"], chain.Path);
        Assert.Equal(["IWaiter.FollowAsync", "IWaiter.FollowAsync"], chain.MessageTypes);
        Assert.True(chain.IsHeldUp);

        var last = stuck.Handlers.Single(one => one.ActorId == "c");
        Assert.Equal(("IWaiter.FollowAsync", false), (last.MessageType, last.BlocksThread));
        Assert.Null(last.Stack!.Problem);
        var method = last.Stack.Frames[0];
        Assert.EndsWith("WaiterGrain.FollowAsync", method.Name, StringComparison.Ordinal);
        Assert.EndsWith("PlainGrains.cs", method.File, StringComparison.Ordinal);
        Assert.Equal("the answer of a grain", stuck.Handlers.Single(one => one.ActorId == "b").Stack!.Frames[^1].Name);
        Assert.Equal("IWaiter.FollowAsync", (await inspection.ActorAsync(new ActorAddress("waiter", "c"), Token)).Live!.Running!.MessageType);

        Gates.Open(gate);
        await asked;
        await Eventually.HoldsAsync("nothing to be stuck", async () => await inspection.StuckAsync(Token) is { Handlers: [], Waits: [] });
    }

    [Fact]
    public async Task A_call_that_blocks_its_thread_and_each_interleaving_call_are_listed()
    {
        await using var cluster = await GrainCluster.StartAsync(options => options.SlowAfter = Slow);
        var (gate, other) = ($"{Guid.NewGuid()}", $"{Guid.NewGuid()}");
        var blocking = cluster.Client.GetGrain<IWaiter>("blocking");

        // While the first call of an activation blocks, Orleans' own metrics cannot be read: see BlockedExportTests.
        await blocking.LogAsync("first");
        Task[] asked =
        [
            blocking.BlockAsync(gate),
            cluster.Client.GetGrain<IShelf>("busy").WaitAsync(gate),
            cluster.Client.GetGrain<IShelf>("busy").WaitAsync(gate),
            cluster.Client.GetGrain<IShelf>("busy").WaitAsync(other),
        ];
        using var gates = new OpenGates(gate, other);
        var inspection = cluster.Of<IActorInspection>();
        var stuck = await Eventually.GivesAsync("four stuck calls", async () =>
            await inspection.StuckAsync(Token) is { Handlers.Count: 4 } view ? view : null);

        Assert.Equal(["blocking", "busy", "busy", "busy"], stuck.Handlers.Select(one => one.ActorId).Order());
        Assert.Equal(["blocking"], stuck.Handlers.Where(one => one.BlocksThread).Select(one => one.ActorId));
        Assert.Equal(1, cluster.Sum("actor.stuck", ("actor.type", "shelf"), ("reason", "slow")));
        Assert.Equal(1, cluster.Sum("actor.stuck", ("actor.type", "waiter"), ("reason", "slow")));
        Gates.Open(other);
        await asked[3];
        Assert.Equal(3, (await inspection.StuckAsync(Token)).Handlers.Count);
        Gates.Open(gate);
        await Task.WhenAll(asked);
        Assert.Empty((await inspection.StuckAsync(Token)).Handlers);
    }

    [Fact]
    public async Task Only_the_call_that_blocks_is_said_to_block_not_those_that_await_beside_it()
    {
        await using var cluster = await GrainCluster.StartAsync(options => options.SlowAfter = Slow);
        var (gate, other) = ($"{Guid.NewGuid()}", $"{Guid.NewGuid()}");
        var waiter = cluster.Client.GetGrain<IWaiter>("a");
        await waiter.LogAsync("first");
        var waiting = waiter.WaitAsync(other);
        var inspection = cluster.Of<IActorInspection>();
        await Eventually.HoldsAsync("the call that waits", async () => await inspection.StuckAsync(Token) is { Handlers.Count: 1 });
        var holding = waiter.HoldAsync(gate);
        var stuck = await Eventually.GivesAsync("both calls", async () => await inspection.StuckAsync(Token) is { Handlers.Count: 2 } view ? view : null);
        Assert.Equal(
            [("IWaiter.HoldAsync", true), ("IWaiter.WaitAsync", false)],
            stuck.Handlers.Select(one => (one.MessageType!, one.BlocksThread)).Order());
        Gates.Open(gate);
        Gates.Open(other);
        await Task.WhenAll(waiting, holding);
    }

    [Fact]
    public async Task The_oldest_calls_of_a_grain_are_listed_however_many_younger_ones_it_has()
    {
        await using var cluster = await GrainCluster.StartAsync(options => options.SlowAfter = Slow);
        var gate = $"{Guid.NewGuid()}";
        var waiter = cluster.Client.GetGrain<IWaiter>("a");
        var oldest = waiter.WaitAsync(gate);
        var inspection = cluster.Of<IActorInspection>();
        await Eventually.HoldsAsync("the oldest call", async () => await inspection.StuckAsync(Token) is { Handlers.Count: 1 });
        Task[] younger = [.. Enumerable.Range(0, 1_200).Select(_ => waiter.WaitAsync(gate))];
        var stuck = await Eventually.GivesAsync("the limit", async () => await inspection.StuckAsync(Token) is { IsCut: true } view ? view : null);
        Assert.Equal(1_000, stuck.Handlers.Count);
        Assert.True(stuck.Handlers[0].ForMs > stuck.Handlers[1].ForMs);
        Assert.Equal(stuck.Handlers.Max(one => one.ForMs), stuck.Handlers[0].ForMs);
        Gates.Open(gate);
        await Task.WhenAll([oldest, .. younger]);
        await Eventually.HoldsAsync("nothing to be stuck", async () => await inspection.StuckAsync(Token) is { Handlers: [], IsCut: false });
    }

    [Fact]
    public async Task Activations_that_fail_are_counted_with_their_reason()
    {
        await using var cluster = await GrainCluster.StartAsync();
        await cluster.Client.GetGrain<IShelf>("whole").PutAsync(1);
        for (var number = 1; number <= 3; number++)
        {
            await Assert.ThrowsAnyAsync<Exception>(() => cluster.Client.GetGrain<IShelf>($"broken-{number}").PutAsync(1));
        }

        var type = (await cluster.Of<IActorInspection>().TypesAsync(Token)).Types.Single(one => one.Type == "shelf");
        Assert.Equal((4, 3, 3, 1), (type.Activations, type.FailedActivations, type.FailedActivationsSinceStart, type.Count));
        Assert.StartsWith("The shelf is broken.", type.ActivationError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_type_without_a_grain_yet_has_figures_of_zero()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var type = await cluster.Of<IActorInspection>().TypeAsync("sorter", Token);
        Assert.Equal(("sorter", 0, 0, true), (type.Figures.Type, type.Figures.Count, type.Figures.Messages, type.Figures.IsGrain));
    }

    [Fact]
    public async Task Nobody_waits_for_a_one_way_call()
    {
        await using var cluster = await GrainCluster.StartAsync(options => options.SlowAfter = Slow);
        var gate = $"{Guid.NewGuid()}";
        var asked = cluster.Client.GetGrain<IWaiter>("a").TellAsync("b", gate);
        var inspection = cluster.Of<IActorInspection>();
        var stuck = await Eventually.GivesAsync("two stuck calls", async () =>
            await inspection.StuckAsync(Token) is { Handlers.Count: 2 } view ? view : null);

        Assert.Empty(stuck.Waits);
        Assert.All(stuck.Handlers, one => Assert.Equal("slow", one.Reason));
        Gates.Open(gate);
        await asked;
    }

    [Fact]
    public async Task An_operator_gets_the_logs_of_one_grain()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var inspection = cluster.Of<IActorInspection>();
        var (watched, other) = (cluster.Client.GetGrain<IWaiter>("watched"), cluster.Client.GetGrain<IWaiter>("other"));
        await watched.LogAsync("before");
        await inspection.SetDiagnosticsAsync("waiter", "watched", LogLevel.Trace, null, TimeSpan.FromMinutes(10), Token);
        await watched.LogAsync("while");
        await other.LogAsync("of another one");
        await inspection.EndDiagnosticsAsync("waiter", "watched", Token);
        await watched.LogAsync("after");

        var logs = await inspection.LogsAsync(new LogFilter(ActorType: "waiter"), Token);
        var record = Assert.Single(logs.Records);
        Assert.Equal(("waiter", "watched", "while"), (record.ActorType, record.ActorId, record.Text));
    }

    [Fact]
    public async Task A_type_that_no_host_has_is_refused_with_the_names_of_those_that_there_are()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var error = await Assert.ThrowsAsync<ActorErrorException>(() => cluster.Of<IActorInspection>().TypeAsync("shelves", Token));
        Assert.Equal(ErrorCodes.UnknownActorType, error.Error.Code);
        Assert.Contains("ledger_book", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("choir.inspection", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sys.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_has_the_line_inspects_the_grains_of_the_silos()
    {
        await using var cluster = await GrainCluster.StartAsync();
        await cluster.Client.GetGrain<IBox<string>>("a").KeepAsync("x");
        var inspection = cluster.Client.ServiceProvider.GetRequiredService<IActorInspection>();
        var type = Assert.Single((await inspection.TypesAsync(Token)).Types, one => one.Type.StartsWith("box", StringComparison.Ordinal));
        Assert.Equal(1, type.Messages);
        Assert.Equal(["a"], (await inspection.IdsAsync(type.Type, "", 10, Token)).Ids);
    }
}
