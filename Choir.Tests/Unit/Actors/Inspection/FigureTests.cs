using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Support;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Choir.Tests.Unit.Actors.Inspection;

public sealed class FigureTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_figures_of_a_type_are_summed_over_all_hosts()
    {
        await using var cluster = await InspectedCluster.StartAsync();
        var one = await cluster.NewActorAsync();
        var other = await cluster.NewActorAsync(notWith: one);
        var before = (await cluster.Inspection.TypeAsync(nameof(ErrandActor), Token)).Figures;
        for (var message = 0; message < 10; message++)
        {
            await cluster.Actors.AskAsync(nameof(ErrandActor), message % 2 == 0 ? one : other, "IDLE");
        }

        await cluster.Actors.AskAsync(nameof(ErrandActor), one, "GO", new { });
        await cluster.Actors.AskAsync(nameof(ErrandActor), one, "NO_SUCH");
        await cluster.Actors.AskAsync(nameof(CounterActor), "c", "THROW");
        var view = await cluster.Inspection.TypesAsync(Token);

        Assert.Equal(2, view.Hosts.Answered.Count);
        Assert.Empty(view.Hosts.Missing);
        Assert.Equal(cluster.Actors.Client.ActorTypes.Order(StringComparer.Ordinal), view.Types.Select(type => type.Type));
        var errands = view.Types.Single(type => type.Type == nameof(ErrandActor));
        Assert.Equal(before.Messages + 12, errands.Messages);
        Assert.Equal((before.Count, 0L, 2L), (errands.Count, errands.Errors, errands.Rejected));
        Assert.Equal(2, errands.Hosts.Count(host => host.Count > 0));
        Assert.Equal(errands.Count, errands.Hosts.Sum(host => host.Count));
        Assert.True(errands.MessagesPerSecond > 0);
        Assert.True(errands.P50Ms > 0 && errands.P50Ms <= errands.P95Ms && errands.P95Ms <= errands.P99Ms && errands.MeanMs > 0);
        var counter = view.Types.Single(type => type.Type == nameof(CounterActor));
        Assert.Equal((1, 1, 1.0), (counter.Messages, counter.Errors, counter.ErrorShare));
        var idle = view.Types.Single(type => type.Type == nameof(BurstActor));
        Assert.Equal((0, 0, 0.0, null), (idle.Count, idle.Messages, idle.ErrorShare, idle.P99Ms));
    }

    [Fact]
    public async Task A_type_view_has_the_hottest_actors_of_both_hosts()
    {
        await using var cluster = await InspectedCluster.StartAsync();

        // From then on actors are placed on both.
        await cluster.NewActorAsync(await cluster.NewActorAsync());
        for (var actor = 1; actor <= 15; actor++)
        {
            RequestContext.Set(IPlacementDirector.PlacementHintKey, cluster.Actors.Cluster.Silos[actor % 2].SiloAddress);
            for (var message = 0; message < actor; message++)
            {
                await cluster.Actors.AskAsync(nameof(CounterActor), $"{actor}", "INCREMENT", new Increment(1));
            }
        }

        RequestContext.Clear();
        var view = await cluster.Inspection.TypeAsync(nameof(CounterActor), Token);

        Assert.Equal(Enumerable.Range(6, 10).Reverse().Select(actor => $"{actor}"), view.Hottest.ByMessages.Select(actor => actor.Id));
        Assert.Equal(15, view.Hottest.ByMessages[0].Messages);
        Assert.Equal(10, view.Hottest.ByBusyTime.Count);
        Assert.Equal(10, view.Hottest.ByStateSize.Count);
        Assert.Empty(view.Hottest.ByErrors);
        Assert.True(view.Figures.StateSizeBytes > 0);
        Assert.True(view.Figures.Hosts.Count(host => host.Count > 0) == 2, "15 actors on one host");
    }

    [Fact]
    public async Task The_figures_have_the_queue_length_and_the_longest_queue()
    {
        await using var cluster = await InspectedCluster.StartAsync();
        var gate = cluster.Gate();
        var asks = Enumerable.Range(0, 5).Select(i => cluster.Actors.AskAsync(nameof(WorkerActor), $"w{i % 4 / 3}", "WORK", new Work(gate))).ToArray();
        await Eventually.HoldsAsync("three messages to wait at one actor", async () =>
            (await cluster.Inspection.TypeAsync(nameof(WorkerActor), Token)) is
            {
                Figures: { QueueLength: 3, LongestQueue: 3 }, Hottest.ByQueueLength: [{ Id: "w0", QueueLength: 3 }]
            });
        Gates.Of(gate).Open();
        await Task.WhenAll(asks);
    }

    [Fact]
    public async Task The_flow_has_an_edge_for_each_sender_and_message_type_with_rates_times_and_outcomes()
    {
        await using var cluster = await InspectedCluster.StartAsync();
        var gate = cluster.Gate();
        Gates.Of(gate).Open();
        await cluster.Actors.AskAsync(nameof(BurstActor), "b", "BURST", new Burst("w", gate, 7));
        await cluster.Actors.AskAsync(nameof(CounterActor), "c", "THROW");
        var flow = await Eventually.GivesAsync("seven messages to have been handled", async () =>
            await cluster.Inspection.FlowAsync(Token) is var view && view.Edges.Any(edge => edge is { MessageType: "WORK", Messages: 7 }) ? view : null);

        var work = flow.Edges.Single(edge => edge.MessageType == "WORK");
        Assert.Equal((nameof(BurstActor), nameof(WorkerActor), 0), (work.SourceType, work.ActorType, work.Errors));
        Assert.Equal(7, work.Outcomes["ok"]);
        Assert.Equal(["error", "ok", "rejected", "timeout", "unknown"], work.Outcomes.Keys.Order());
        Assert.True(work is { MessagesPerSecond: > 0, P50Ms: > 0, P95Ms: > 0, P99Ms: > 0 });
        var failed = flow.Edges.Single(edge => edge.MessageType == "THROW");
        Assert.Equal(("gateway", 1, 1L), (failed.SourceType, failed.Errors, failed.Outcomes["error"]));
        Assert.Equal(failed.MessagesPerSecond, failed.ErrorsPerSecond);
        Assert.All(flow.Edges, edge => Assert.Equal(2, flow.Nodes.Count(node => node.Type == edge.SourceType || node.Type == edge.ActorType)));
        Assert.True(flow.Nodes.Single(node => node.Type == nameof(BurstActor)).SentPerSecond > 0);
        Assert.Equal(7, flow.Nodes.Single(node => node.Type == nameof(WorkerActor)).Messages);
        Assert.True(flow.WindowSeconds > 0);
    }

    [Fact]
    public async Task An_unknown_type_is_an_error_that_lists_the_known_ones()
    {
        await using var cluster = await InspectedCluster.StartAsync(silos: 1);
        var error = await Assert.ThrowsAsync<ActorErrorException>(() => cluster.Inspection.TypeAsync("NoSuch", Token));
        Assert.Equal(ErrorCodes.UnknownActorType, error.Error.Code);
        Assert.Contains(nameof(CounterActor), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dead_host_is_not_listed_as_missing_and_the_others_answer()
    {
        await using var cluster = await InspectedCluster.StartAsync();
        await cluster.Actors.Cluster.KillSiloAsync(cluster.Actors.Cluster.Silos[1], Token);

        // Each question is answered, also those that were sent to the dead host first.
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => cluster.Inspection.TypesAsync(Token))), answer => Assert.NotEmpty(answer.Hosts.Answered));
        var view = await Eventually.GivesAsync("the answer of the host that is left alone", async () =>
            await cluster.Inspection.TypesAsync(Token) is { Hosts: { Answered.Count: 1, Missing.Count: 0 } } view ? view : null);

        Assert.NotEmpty(view.Types);
    }
}
