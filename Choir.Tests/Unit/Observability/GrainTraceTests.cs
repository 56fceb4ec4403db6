using System.Collections.Concurrent;
using System.Diagnostics;
using Choir.Actors;
using Choir.Observability;
using Choir.Tests.Unit.Observability.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Choir.Tests.Unit.Observability;

public sealed class GrainTraceTests : IDisposable
{
    private readonly string _run = $"{Guid.NewGuid():n}-";
    private readonly ConcurrentQueue<Activity> _spans = new();
    private readonly ActivityListener _listener;

    public GrainTraceTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == TelemetryNames.ActivitySource,

            // As a parent-based sampler that wants all roots.
            Sample = (ref ActivityCreationOptions<ActivityContext> span) =>
                span.Parent == default || (span.Parent.TraceFlags & ActivityTraceFlags.Recorded) != 0
                    ? ActivitySamplingResult.AllDataAndRecorded
                    : ActivitySamplingResult.None,
            ActivityStopped = span =>
            {
                if (span.GetTagItem(TelemetryNames.ActorId) is string id && id.StartsWith(_run, StringComparison.Ordinal))
                {
                    _spans.Enqueue(span);
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Calls_that_a_call_causes_are_in_its_trace()
    {
        await using var cluster = await GrainCluster.StartAsync();
        await cluster.Client.GetGrain<IShelf>(_run + "a").BorrowAsync(_run + "b", 1);
        var (inner, outer) = (_spans.ElementAt(0), _spans.ElementAt(1));
        Assert.Equal(("process_message IShelf.PutAsync", "process_message IShelf.BorrowAsync"), (inner.DisplayName, outer.DisplayName));
        Assert.Equal(default, outer.ParentSpanId);
        Assert.Equal(outer.SpanId, inner.ParentSpanId);
        Assert.Equal(outer.TraceId, inner.TraceId);
        Assert.Equal(("shelf", _run + "a", "IShelf.BorrowAsync"), (outer.GetTagItem("actor.type"), outer.GetTagItem("actor.id"), outer.GetTagItem("message.type")));
        Assert.Null(outer.GetTagItem("message.size"));
        Assert.Null(outer.GetTagItem("message.queue.time_ms"));

        var records = cluster.Of<ActorTelemetry>().Recorder.Find(record => record.ActorId.StartsWith(_run, StringComparison.Ordinal));
        Assert.Single(records.Select(record => record.Trace.TraceId).Append(outer.TraceId.ToHexString()).Distinct());
        Assert.Single(records.Select(record => record.CorrelationId).Distinct());
        var (first, second) = (records.Single(record => record.ActorId == _run + "a"), records.Single(record => record.ActorId == _run + "b"));
        Assert.Equal((Guid.Empty, null), (first.CausationId, first.SenderId));
        Assert.Equal((first.MessageId, first.ActorId), (second.CausationId, second.SenderId));
    }

    [Fact]
    public async Task The_caller_of_a_traced_call_has_the_key_of_the_application()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var (document, gate) = (Guid.NewGuid(), $"{Guid.NewGuid()}");
        Gates.Open(gate);
        await cluster.Client.GetGrain<INumbered>(22).AskAsync(document, gate);
        var record = Assert.Single(cluster.Of<ActorTelemetry>().Recorder.Find(one => one.ActorId == $"{document}"));
        Assert.Equal("22", record.SenderId);
    }

    [Fact]
    public async Task Calls_between_silos_are_counted_once_and_are_one_trace()
    {
        const int Pairs = 20;
        await using var cluster = await GrainCluster.StartAsync(silos: 2);
        for (var pair = 0; pair < Pairs; pair++)
        {
            await cluster.Client.GetGrain<IShelf>($"{_run}{pair}-a").BorrowAsync($"{_run}{pair}-b", 1);
        }

        var telemetry = cluster.Cluster.Silos.Select(silo => silo.ServiceProvider.GetRequiredService<ActorTelemetry>()).ToArray();
        Assert.Equal(2 * Pairs, telemetry.Sum(one => one.Kinds.ToArray().Sum(one.Metrics.CountOf)));
        Assert.All(telemetry, one => Assert.NotEqual(0, one.Types.Sum(type => type.Created)));
        var traces = _spans.GroupBy(span => span.TraceId).ToList();
        Assert.Equal(Pairs, traces.Count);
        Assert.All(traces, trace => Assert.Equal(2, trace.Count()));
    }

    [Fact]
    public async Task The_trace_of_a_call_ends_with_it()
    {
        await using var cluster = await GrainCluster.StartAsync();
        await cluster.Client.GetGrain<IShelf>(_run + "a").PutAsync(1);
        await cluster.Client.GetGrain<IShelf>(_run + "a").PutAsync(1);
        Assert.Equal(2, _spans.Select(span => span.TraceId).Distinct().Count());
    }

    [Fact]
    public async Task A_call_that_fails_is_a_span_with_the_exception()
    {
        await using var cluster = await GrainCluster.StartAsync();
        await Assert.ThrowsAsync<NotSupportedException>(() => cluster.Client.GetGrain<IShelf>(_run + "a").DropAsync("on purpose"));
        var span = Assert.Single(_spans);
        Assert.Equal((ActivityStatusCode.Error, "on purpose"), (span.Status, span.StatusDescription));
        Assert.Equal(typeof(NotSupportedException).FullName, span.GetTagItem("error.type"));
        Assert.Equal(1, cluster.Sum("actor.messages", ("outcome", "error")));
    }

    [Fact]
    public async Task With_a_share_of_zero_no_call_starts_a_trace()
    {
        await using var cluster = await GrainCluster.StartAsync(options => options.TraceShare = 0);
        await cluster.Client.GetGrain<IShelf>(_run + "a").BorrowAsync(_run + "b", 1);
        Assert.Empty(_spans);
        Assert.Equal(2, cluster.Sum("actor.messages"));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.000_001, 2)]
    public async Task A_client_can_have_its_calls_traced_unless_the_share_is_zero(double share, int spans)
    {
        const string TraceId = "0af7651916cd43dd8448eb211c80319c";
        await using var cluster = await GrainCluster.StartAsync(options => options.TraceShare = share);
        RequestContext.Set(GrainCalls.TraceKey, $"00-{TraceId}-b7ad6b7169203331-01");
        await cluster.Client.GetGrain<IShelf>(_run + "a").BorrowAsync(_run + "b", 1);
        RequestContext.Clear();
        Assert.Equal(spans, _spans.Count);

        // Its calls are together in the flight recorder all the same.
        var records = cluster.Of<ActorTelemetry>().Recorder.Find(record => record.ActorId.StartsWith(_run, StringComparison.Ordinal));
        Assert.Equal([TraceId, TraceId], records.Select(record => record.Trace.TraceId));
    }

    [Theory]
    [InlineData(true, 0.000_001, 2)]
    [InlineData(true, 0, 0)]
    [InlineData(false, 0.000_001, 2)]
    [InlineData(false, 0, 0)]
    public async Task A_sampled_span_of_a_caller_outside_is_the_parent_of_the_call(bool isClient, double share, int spans)
    {
        await using var cluster = await GrainCluster.StartAsync(
            options => (options.ObserveCallers, options.TraceShare) = (true, share),
            configureClient: client => client.AddChoirObservability(options => options.ObserveCallers = true));
        using var outer = new Activity("outer") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.Start();
        var grains = isClient ? cluster.Client : cluster.Of<IGrainFactory>();
        await grains.GetGrain<IShelf>(_run + "a").BorrowAsync(_run + "b", 1);
        outer.Stop();
        Assert.Equal(spans, _spans.Count);
        Assert.All(_spans, span => Assert.Equal(outer.TraceId, span.TraceId));
        Assert.Equal(spans / 2, _spans.Count(span => span.ParentSpanId == outer.SpanId));
        Assert.Null(RequestContext.Get(GrainCalls.TraceKey));
    }

    [Fact]
    public async Task A_call_that_nobody_samples_has_nothing_in_its_request_context()
    {
        IReadOnlyList<string>? keys = null;
        await using var cluster = await GrainCluster.StartAsync(
            options => options.TraceShare = 0.000_001,
            silo => silo.AddIncomingGrainCallFilter(context =>
            {
                keys = context.Grain is ShelfGrain ? [.. RequestContext.Keys] : keys;
                return context.Invoke();
            }),
            configureClient: client => client.AddChoirObservability(options => options.ObserveCallers = true));
        using var outer = new Activity("outer").Start();
        await cluster.Client.GetGrain<IShelf>(_run + "a").PutAsync(1);
        Assert.Empty(keys!);
        outer.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        await cluster.Client.GetGrain<IShelf>(_run + "a").PutAsync(1);
        Assert.Equal([GrainCalls.TraceKey], keys);
    }

    [Fact]
    public async Task A_listener_that_throws_when_a_span_starts_leaves_the_span_that_was_current()
    {
        const string Span = "process_message IMirror.SpanAsync";
        var failures = 0;
        using var hostile = new ActivityListener
        {
            ShouldListenTo = source => source.Name == TelemetryNames.ActivitySource,
            ActivityStarted = span =>
            {
                if (span.OperationName == Span)
                {
                    Interlocked.Increment(ref failures);
                    throw new InvalidOperationException("A listener fails.");
                }
            },
        };
        ActivitySource.AddActivityListener(hostile);
        await using var cluster = await GrainCluster.StartAsync(configureSilo: silo => silo.AddIncomingGrainCallFilter(async context =>
        {
            using var outer = new Activity("outer") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.Start();
            await context.Invoke();
        }));
        Assert.Equal("outer", await cluster.Client.GetGrain<IMirror>("a").SpanAsync());
        Assert.Equal(1, failures);
    }
}
