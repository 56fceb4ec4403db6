using System.Text.Json;
using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Actors.Messaging;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Choir.Tests.Unit.Actors.Inspection;

public sealed class TraceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_trace_has_each_message_over_two_hosts_in_order_without_sampling()
    {
        await using var cluster = await InspectedCluster.StartAsync();
        var gate = cluster.Gate();
        Gates.Of(gate).Open();
        var first = await cluster.NewActorAsync();
        var second = await cluster.NewActorAsync(notWith: first);
        var third = await cluster.NewActorAsync(notWith: second);
        var correlation = Guid.CreateVersion7();
        await cluster.Actors.AskAsync(
            nameof(ErrandActor), first, "GO", new Errand([second, third], gate), new SendOptions { CorrelationId = correlation });
        var trace = await cluster.Inspection.TraceAsync(correlation, Token);

        Assert.Equal([first, second, third], trace.Hops.Select(hop => hop.ActorId));
        Assert.Equal([null, first, second], trace.Hops.Select(hop => hop.SourceId));
        Assert.Equal(["gateway", nameof(ErrandActor), nameof(ErrandActor)], trace.Hops.Select(hop => hop.SourceType));

        // A service of a host that is no actor is not the gateway.
        var fromHost = Guid.CreateVersion7();
        await cluster.Actors.Of<IActorClient>().Ask(
            new ActorAddress(nameof(ErrandActor), first), "IDLE", ActorJson.Serialize(new { }), new SendOptions { CorrelationId = fromHost }, Token);
        var ofHost = Assert.Single((await cluster.Inspection.TraceAsync(fromHost, Token)).Hops);
        Assert.Equal(("host", null), (ofHost.SourceType, ofHost.SourceId));
        Assert.Equal([null, trace.Hops[0].MessageId, trace.Hops[1].MessageId], trace.Hops.Select(hop => hop.CausationId));
        Assert.Equal(2, trace.Hops.Select(hop => hop.Host).Distinct().Count());
        Assert.All(trace.Hops, hop =>
        {
            Assert.Equal((correlation, "GO", "ok", null), (hop.CorrelationId, hop.MessageType, hop.Outcome, hop.Error));
            Assert.True(hop.SizeBytes > 0 && hop.ProcessingMs > 0 && hop.QueueMs >= 0);
            Assert.Equal(hop.QueueMs!.Value, (hop.StartedAt - hop.SentAt!.Value).TotalMilliseconds, 0.01);
            Assert.InRange(TimeProvider.System.GetUtcNow() - hop.StartedAt, TimeSpan.Zero, TimeSpan.FromMinutes(5));
        });
        var traceId = Assert.Single(trace.Hops.Select(hop => hop.TraceId).Distinct());
        Assert.False(trace.IsCut);

        var byTraceId = await cluster.Inspection.TraceAsync(Guid.ParseExact(traceId!, "N"), Token);
        Assert.Equal(correlation, byTraceId.CorrelationId);
        Assert.Equal(trace.Hops.Select(hop => hop.MessageId), byTraceId.Hops.Select(hop => hop.MessageId));
    }

    [Fact]
    public async Task A_message_whose_queue_time_is_unknown_has_none_and_no_time_of_sending()
    {
        // The monotonic clock of the host has another resolution than that of the client.
        await using var cluster = await ActorCluster.StartAsync(configureSilo: silo => silo.Services.AddSingleton(
            new ProcessClock(TimeProvider.System) { Owner = ProcessClock.Process ^ 1 }));
        var correlation = Guid.CreateVersion7();
        await cluster.AskAsync(nameof(CounterActor), "c", "READ", options: new SendOptions { CorrelationId = correlation });
        var trace = await cluster.Cluster.Client.ServiceProvider.GetRequiredService<IActorInspection>().TraceAsync(correlation, Token);
        var hop = Assert.Single(trace.Hops);

        Assert.Equal(("ok", null, null), (hop.Outcome, hop.QueueMs, hop.SentAt));
        var json = JsonSerializer.SerializeToElement(hop);
        Assert.False(json.TryGetProperty(nameof(hop.QueueMs), out _) || json.TryGetProperty(nameof(hop.SentAt), out _));
    }

    [Fact]
    public async Task A_failed_message_has_its_error()
    {
        await using var cluster = await InspectedCluster.StartAsync();
        var correlation = Guid.CreateVersion7();
        await cluster.Actors.AskAsync(nameof(CounterActor), "c", "THROW", options: new SendOptions { CorrelationId = correlation });
        var hop = Assert.Single((await cluster.Inspection.TraceAsync(correlation, Token)).Hops);

        Assert.Equal(("error", "as told"), (hop.Outcome, hop.Error));
    }

    [Fact]
    public async Task The_trace_of_an_unknown_correlation_id_is_empty()
    {
        await using var cluster = await InspectedCluster.StartAsync(silos: 1);
        Assert.Empty((await cluster.Inspection.TraceAsync(Guid.NewGuid(), Token)).Hops);
    }

    [Fact]
    public void Messages_are_ordered_by_cause_if_clocks_differ()
    {
        var (first, second, third, other) = (Hop(at: 5), Hop(at: 3), Hop(at: 4), Hop(at: 9));
        second = second with { CausationId = first.MessageId };
        third = third with { CausationId = second.MessageId };
        other = other with { CausationId = Guid.NewGuid() };
        var reports = new HostReports<TraceView>([("a", Trace(false, second, other)), ("b", Trace(true, third, first))], HostAnswers.None);
        var view = ClusterTrace.Merge(first.CorrelationId, reports);

        Assert.Equal([first, second, third, other], view.Hops);
        Assert.True(view.IsCut);
    }

    private static TraceView Trace(bool isCut, params MessageHop[] hops) => new(Guid.Empty, hops, isCut, HostAnswers.None);

    private static MessageHop Hop(int at) => new(
        Guid.NewGuid(), Guid.Empty, null, "gateway", null, "A", "a", "GO", "host", DateTimeOffset.UnixEpoch.AddSeconds(at),
        DateTimeOffset.UnixEpoch.AddSeconds(at), 0, 1, 2, "ok", null, null, null);
}
