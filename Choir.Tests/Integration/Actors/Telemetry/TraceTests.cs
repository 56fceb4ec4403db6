using System.Collections.Concurrent;
using System.Diagnostics;
using Choir.Actors;
using Choir.Observability;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Support;
using Choir.Tests.Unit.Actors.Telemetry.Support;

namespace Choir.Tests.Integration.Actors.Telemetry;

/// <summary>One input is one trace, across hosts; without sampling the trace ids are passed on all the same.</summary>
[Collection(Alone.Name)]
public sealed class TraceTests : IDisposable
{
    private const string SourceOfTests = "Choir.Tests.Traces";

    private readonly ActivitySource _tests = new(SourceOfTests);
    private readonly ConcurrentQueue<Activity> _spans = new();
    private readonly List<string> _sampledNames = [];
    private readonly ActivityListener _listener;
    private volatile bool _samples = true;

    public TraceTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is SourceOfTests or TelemetryNames.ActivitySource,
            Sample = Sample,
            ActivityStopped = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    [Fact]
    public async Task Every_hop_over_two_hosts_is_a_child_of_the_span_that_sent_it()
    {
        await using var cluster = await ActorCluster.StartAsync(silos: 2);
        var chain = Enumerable.Range(0, 24).Select(number => $"hop-{number}").ToArray();
        Activity input;
        using (input = _tests.StartActivity("input")!)
        {
            await cluster.AskAsync(nameof(HopActor), chain[0], "HOP", new Hop(chain[1..]));
        }

        var spans = await SpansOfAsync(input, 1 + chain.Length + (chain.Length - 1));
        var hops = spans.Where(span => span.OperationName == "process_message HOP").ToDictionary(span => (string)span.GetTagItem("actor.id")!);
        Assert.Equal(chain.Order(), hops.Keys.Order());
        Assert.Equal(input.SpanId, hops[chain[0]].ParentSpanId);
        for (var number = 1; number < chain.Length; number++)
        {
            Assert.Equal(hops[chain[number - 1]].SpanId, hops[chain[number]].ParentSpanId);
            var heard = Assert.Single(
                spans, span => span.OperationName == "process_message HEAR" && chain[number].Equals(span.GetTagItem("actor.id")));
            Assert.Equal(hops[chain[number - 1]].SpanId, heard.ParentSpanId);
        }

        // Placement is random; with so many actors both hosts have some.
        Assert.All(new[] { 0, 1 }, silo => Assert.NotEmpty(cluster.RecordsOf(nameof(HopActor), silo)));
        Assert.All(hops.Values, span => AssertDescribed(span, "HOP"));
    }

    [Fact]
    public async Task An_input_without_a_current_span_starts_a_trace_with_a_send_span()
    {
        await using var cluster = await ActorCluster.StartAsync();
        await cluster.AskAsync(nameof(HopActor), "a", "HOP", new Hop(["b"]));
        await Eventually.HoldsAsync("the spans", () => _spans.Count == 4);
        var sent = Assert.Single(_spans, span => span.OperationName == "send HOP");
        Assert.Equal((default, ActivityKind.Producer), (sent.ParentSpanId, sent.Kind));
        Assert.All(_spans, span => Assert.Equal(sent.TraceId, span.TraceId));
        Assert.Equal(sent.SpanId, _spans.Single(span => "a".Equals(span.GetTagItem("actor.id"))).ParentSpanId);
    }

    [Fact]
    public async Task The_share_of_inputs_that_TraceShare_sets_is_traced_completely()
    {
        const int Inputs = 1_000;
        await using var cluster = await ActorCluster.StartAsync(configure: options => options.TraceShare = 0.25);
        for (var input = 0; input < Inputs; input++)
        {
            await cluster.AskAsync("test_actor", "any", "PING");
        }

        // The random id of a message is its sampling value. The range is 250 plus or minus seven standard deviations.
        await Eventually.HoldsAsync("as many spans of handling as of sending", () => CountOf("send PING") == CountOf("process_message PING"));
        Assert.InRange(CountOf("send PING"), 150, 350);
        Assert.Equal(
            _spans.Where(span => span.OperationName == "send PING").Select(span => span.SpanId.ToHexString()).Order(),
            _spans.Where(span => span.OperationName == "process_message PING").Select(span => span.ParentSpanId.ToHexString()).Order());
        int CountOf(string name) => _spans.Count(span => span.OperationName == name);
    }

    [Fact]
    public async Task A_failure_is_a_status_and_an_exception_on_the_span_and_an_error_on_those_that_asked()
    {
        await using var cluster = await ActorCluster.StartAsync();
        Activity input;
        using (input = _tests.StartActivity("input")!)
        {
            Assert.True((await cluster.AskAsync(nameof(HopActor), "a", "HOP", new Hop(["b"], Fail: true))).IsError);
        }

        var spans = await SpansOfAsync(input, 4);
        foreach (var id in new[] { "a", "b" })
        {
            var span = spans.Single(span => id.Equals(span.GetTagItem("actor.id")) && span.OperationName == "process_message HOP");
            Assert.Equal(ActivityStatusCode.Error, span.Status);
            Assert.Contains("the last hop", span.StatusDescription, StringComparison.Ordinal);
            Assert.Equal("ERROR", span.GetTagItem("response.type"));
            var exception = Assert.Single(span.Events, one => one.Name == "exception").Tags.ToDictionary();
            Assert.Equal(span.GetTagItem("error.type"), exception["exception.type"]);
            Assert.Contains("the last hop", (string)exception["exception.message"]!, StringComparison.Ordinal);
            Assert.Contains(nameof(HopActor), (string)exception["exception.stacktrace"]!, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Without_sampling_there_is_no_span_and_trace_ids_are_passed_on()
    {
        _samples = false;
        await using var cluster = await ActorCluster.StartAsync(silos: 2);
        var hops = (await cluster.AskAsync(nameof(HopActor), "1", "HOP", new Hop(["2", "3", "4"]))).Read<Hopped[]>();
        Assert.Equal(4, hops.Length);
        Assert.All(hops, hop => Assert.Equal((hops[0].TraceId, 0), (hop.TraceId, hop.Flags)));
        Assert.Matches("^[0-9a-f]{32}$", hops[0].TraceId);
        Assert.Empty(_spans);

        // The flight recorder has the same ids.
        var records = new[] { 0, 1 }.SelectMany(silo => cluster.RecordsOf(nameof(HopActor), silo)).ToList();
        Assert.NotEmpty(records);
        Assert.All(records, record => Assert.Equal(hops[0].TraceId, record.Trace.TraceId));

        var other = (await cluster.AskAsync(nameof(HopActor), "1", "HOP", new Hop([]))).Read<Hopped[]>();
        Assert.NotEqual(hops[0].TraceId, other[0].TraceId);
    }

    [Fact]
    public async Task An_unsampled_parent_creates_no_span_and_is_passed_to_each_hop()
    {
        await using var cluster = await ActorCluster.StartAsync();
        var parent = TraceContext.Parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00");
        var options = new SendOptions { TraceContext = parent };
        var hops = (await cluster.AskAsync(nameof(HopActor), "1", "HOP", new Hop(["2"]), options)).Read<Hopped[]>();
        Assert.All(hops, hop => Assert.Equal((parent.TraceId, parent.SpanId, 0), (hop.TraceId, hop.SpanId, hop.Flags)));
        Assert.Empty(_spans);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Messages_of_a_timer_have_a_trace_of_their_own_with_a_link_if_diagnostics_request_it(bool samples)
    {
        _samples = samples;
        await using var cluster = await ActorCluster.StartAsync();
        if (samples)
        {
            cluster.Of<DiagnosticOverrides>().Rules.Set(
                new DiagnosticOverride(nameof(HopActor), null, null, Sampling: 1, default), TimeSpan.FromHours(1));
        }

        var gate = Guid.NewGuid().ToString("n");
        var arming = TraceContext.Parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        await cluster.AskAsync(nameof(HopActor), gate, "ARM", new Arm(gate), new SendOptions { TraceContext = arming });
        await Eventually.HoldsAsync("both messages", () => Gates.Of(gate).Notes.Count == 2);
        var traces = Gates.Of(gate).Notes.Select(TraceContext.Parse).ToList();
        Assert.All(traces, trace => Assert.Equal((traces[0].TraceId, samples), (trace.TraceId, trace.IsSampled)));
        Assert.NotEqual(arming.TraceId, traces[0].TraceId);
        if (!samples)
        {
            Assert.Empty(_spans);
            return;
        }

        await Eventually.HoldsAsync("the spans", () => _spans.Count(span => span.TraceId.ToString() == traces[0].TraceId) == 3);
        var armed = Assert.Single(_spans, span => span.OperationName == "process_message ARM");
        var ran = Assert.Single(_spans, span => span.OperationName == "run_timer");
        Assert.Equal(default, ran.ParentSpanId);
        var link = Assert.Single(ran.Links).Context;
        Assert.Equal((armed.TraceId, armed.SpanId), (link.TraceId, link.SpanId));
        Assert.All(
            _spans.Where(span => span.OperationName == "process_message TIMED"), span => Assert.Equal(ran.SpanId, span.ParentSpanId));
    }

    [Fact]
    public async Task The_sampler_decides_unless_TraceShare_is_below_one()
    {
        await using (var cluster = await ActorCluster.StartAsync())
        {
            await cluster.AskAsync(nameof(HopActor), "a", "HOP", new Hop([]));
            Assert.DoesNotContain("send HOP", _sampledNames);
        }

        await using (var cluster = await ActorCluster.StartAsync(configure: options => options.TraceShare = 0.999_999_999))
        {
            await cluster.AskAsync(nameof(HopActor), "a", "HOP", new Hop([]));
            Assert.Contains("send HOP", _sampledNames);
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        _tests.Dispose();
    }

    private static void AssertDescribed(Activity span, string messageType)
    {
        Assert.Equal((ActivityKind.Consumer, ActivityStatusCode.Unset), (span.Kind, span.Status));
        var tags = span.TagObjects.ToDictionary();
        Assert.Equal(
            [
                "actor.id", "actor.type", "message.correlation_id", "message.id", "message.queue.time_ms", "message.size", "message.type",
                "messaging.destination.name", "messaging.message.body.size", "messaging.message.conversation_id", "messaging.message.id",
                "messaging.operation", "messaging.operation.name", "messaging.operation.type", "messaging.system",
                "processing.time_ms", "response.type",
            ],
            tags.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((nameof(HopActor), messageType, "HOPPED"), (tags["actor.type"], tags["message.type"], tags["response.type"]));
        Assert.NotEqual(default, Guid.Parse((string)tags["message.id"]!));
        Assert.NotEqual(default, Guid.Parse((string)tags["message.correlation_id"]!));
        Assert.InRange((int)tags["message.size"]!, 2, 1_000);
        Assert.InRange((double)tags["message.queue.time_ms"]!, 0, 60_000);
        Assert.InRange((double)tags["processing.time_ms"]!, 0, 60_000);
    }

    private async Task<List<Activity>> SpansOfAsync(Activity input, int count)
    {
        List<Activity> Found() => [.. _spans.Where(span => span.TraceId == input.TraceId)];
        await Eventually.HoldsAsync($"{count} spans", () => Found().Count == count);
        return Found();
    }

    private ActivitySamplingResult Sample(ref ActivityCreationOptions<ActivityContext> options)
    {
        if (options.Tags?.Any(tag => tag.Key == "sampling.priority") == true)
        {
            lock (_sampledNames)
            {
                _sampledNames.Add(options.Name);
            }
        }

        return _samples ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None;
    }
}
