using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Choir.Tests.Integration.PostChain;
using Choir.Tests.Support;
using Choir.Tests.Support.Hostile;
using Choir.Tests.Support.Otlp;

namespace Choir.Tests.Observability;

/// <summary>The telemetry that an actor host exports over OTLP/gRPC, compared with its Prometheus endpoint.</summary>
public sealed partial class OtlpOverGrpcTests(PostgresFixture postgres)
{
    // The types of messages that only a conversation sends.
    private static readonly string[] MessageTypes =
    [
        "CYCLE_COMPLETE", "PROCESS_ACTION", "PROCESS_EXPERIENCE", "PROCESS_INPUT", "PROCESS_INTENTION", "PROCESS_OBSERVATION",
        "PROCESS_UNDERSTANDING", "SUBMIT_INPUT",
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_processing_histogram_is_the_same_over_OTLP_and_Prometheus_with_and_without_traces(bool isTraced)
    {
        await using var receiver = await HostileCollector.StartAsync();
        await using var cluster = await PostChainCluster.StartAsync(postgres, receiver.Variables());
        using var input = Input(isTraced);
        await cluster.ConverseAsync("Salt lowers the temperature at which water freezes.");
        await cluster.ConverseAsync("A keystone holds the arch that holds the keystone.");
        await Eventually.HoldsAsync("all to be exported", async () =>
        {
            var (sent, scraped) = (Points(receiver), await cluster.Hosts[0].MetricsAsync());
            return sent.Keys.Order(StringComparer.Ordinal).SequenceEqual(MessageTypes)
                && sent.All(one => scraped.Sum("actor_message_processing_seconds_count", ("message_type", one.Key)) == one.Value.Count);
        });

        // Both conversations have ended, so the values do not change any more.
        var metrics = await cluster.Hosts[0].MetricsAsync();
        foreach (var (type, point) in Points(receiver))
        {
            Assert.Equal(metrics.Sum("actor_message_processing_seconds_sum", ("message_type", type))!.Value, point.Sum, 9);
            Assert.Equal(point.ExplicitBounds.Count + 1, point.BucketCounts.Count);
            ulong below = 0;
            for (var bucket = 0; bucket < point.ExplicitBounds.Count; bucket++)
            {
                below += point.BucketCounts[bucket];
                var le = point.ExplicitBounds[bucket].ToString(CultureInfo.InvariantCulture);
                Assert.Equal((type, le, (double)below), (type, le, metrics.Sum("actor_message_processing_seconds_bucket", ("message_type", type), ("le", le))));
            }

            Assert.InRange(point.Min, 0, point.Sum / point.Count);
            Assert.InRange(point.Max, point.Sum / point.Count, point.Sum);
        }

        // Exemplars of the trace, if it is sampled.
        var id = input.TraceId.ToHexString();
        Assert.Equal(isTraced, Points(receiver).Values.All(point => point.Exemplars.Any(example => example.TraceId.Hex() == id)));
        Assert.Equal(isTraced, receiver.Inbox.Spans.Any(one => one.Span.TraceId.Hex() == id));
    }

    [Fact]
    public async Task Every_metric_is_exported_over_OTLP_and_Prometheus_with_the_same_unit_and_a_description()
    {
        await using var receiver = await HostileCollector.StartAsync();
        await using var cluster = await PostChainCluster.StartAsync(postgres, receiver.Variables());
        await cluster.ConverseAsync("An anvil rings when the hammer strikes it.");
        HashSet<string> sent = [], scraped = [];
        await Eventually.GivesAsync<object>(
            "the same metrics over both",
            async () =>
            {
                sent = [.. receiver.Inbox.Metrics(IsOurs).Values.Select(PrometheusName)];
                scraped = [.. OwnNames(await cluster.Hosts[0].MetricsAsync())];
                return scraped.Count > 40 && sent.SetEquals(scraped) ? sent : null;
            },
            explain: () => $"; only sent: {string.Join(", ", sent.Except(scraped))}; only scraped: {string.Join(", ", scraped.Except(sent))}");
        Assert.All(receiver.Inbox.Metrics(IsOurs).Values, metric => Assert.NotEmpty(metric.Description));
        Assert.Equal(
            AggregationTemporality.Cumulative, receiver.Inbox.Metrics(IsOurs)["actor.messages"].Sum.AggregationTemporality);
    }

    [Fact]
    public async Task A_conversation_is_one_trace_and_its_log_records_have_the_trace_id()
    {
        await using var receiver = await HostileCollector.StartAsync();
        await using var cluster = await PostChainCluster.StartAsync(postgres, receiver.Variables());
        await cluster.AddHostAsync();
        var thread = await cluster.CreateThreadAsync();
        using var input = Input(isSampled: true);
        var accepted = await cluster.SubmitAsync(thread, "A kite flies because the wind lifts it.");
        await cluster.EndAsync(accepted.ThreadId, accepted.CycleId);
        var wanted = MessageTypes.Select(type => $"process_message {type}").Append("process_message SUBMIT_TRANSACTION").ToList();
        List<(Resource Resource, Span Span)> trace = [];
        await Eventually.HoldsAsync("the spans of each step", () =>
        {
            trace = [.. receiver.Inbox.Spans.Where(one => one.Span.Attributes.Text("message.correlation_id") == accepted.CorrelationId)];
            return !wanted.Except(trace.Select(one => one.Span.Name)).Any();
        });

        var id = Assert.Single(trace.Select(one => one.Span.TraceId.Hex()).Distinct());
        Assert.Equal((input.TraceId.ToHexString(), id), (id, accepted.TraceId));
        Assert.All(trace, one => Assert.Equal(Span.Types.SpanKind.Consumer, one.Span.Kind));
        Assert.All(trace, one => Assert.Equal(
            ("choir", "actor-host"),
            (one.Resource.Attributes.Text("service.namespace"), one.Resource.Attributes.Text("service.name"))));
        await AssertNoOrphanAsync(receiver, input);

        // The silo has the name of its process.
        Assert.All(
            receiver.Inbox.LogsOf.Where(one => one.Record.Attributes.Text("event") == "actor_host_started"),
            one => Assert.Equal(one.Resource.Attributes.Text("service.instance.id"), one.Record.Attributes.Text("silo_name")));

        // Each log record of the trace has the correlation id of its message.
        await Eventually.HoldsAsync("log records of the trace", () => receiver.Inbox.Logs.Any(record => record.TraceId.Hex() == id));
        Assert.All(
            receiver.Inbox.Logs.Where(record => record.TraceId.Hex() == id && record.Attributes.Text("correlation_id") is not null),
            record => Assert.Equal(accepted.CorrelationId, record.Attributes.Text("correlation_id")));
    }

    // All spans of the trace have their parent in it, except the child of the input. A parent may be exported after its children.
    private static async Task AssertNoOrphanAsync(HostileCollector receiver, Activity input)
    {
        List<Span> roots = [];
        await Eventually.GivesAsync<object>(
            "the only span without a parent to be the input's",
            () =>
            {
                var all = receiver.Inbox.Spans.Select(one => one.Span).Where(span => span.TraceId.Hex() == input.TraceId.ToHexString()).ToList();
                var known = all.Select(span => span.SpanId.Hex()).ToHashSet();
                roots = [.. all.Where(span => !known.Contains(span.ParentSpanId.Hex()))];
                var isWhole = roots is [{ Name: "process_message SUBMIT_INPUT" } root] && root.ParentSpanId.Hex() == input.SpanId.ToHexString();
                return Task.FromResult<object?>(isWhole ? roots : null);
            },
            explain: () => $"; without one are {string.Join(", ", roots.Select(span => span.Name))}");
    }

    /// <summary>The current span in place of a request to the gateway: the parent of the messages that are sent.</summary>
    private static Activity Input(bool isSampled) =>
        new Activity("input") { ActivityTraceFlags = isSampled ? ActivityTraceFlags.Recorded : ActivityTraceFlags.None }.Start();

    private static Dictionary<string, HistogramDataPoint> Points(HostileCollector receiver) =>
        receiver.Inbox.Metrics(IsOurs).TryGetValue("actor.message.processing", out var metric)
            ? metric.Histogram.DataPoints
                .Where(point => MessageTypes.Contains(point.Attributes.Text("message.type")))
                .ToDictionary(point => point.Attributes.Text("message.type")!)
            : [];

    private static bool IsOurs(string scope) => scope.StartsWith("Choir.", StringComparison.Ordinal);

    // By OpenTelemetry's specification.
    private static string PrometheusName(Metric metric)
    {
        var unit = metric.Unit switch { "s" => "_seconds", "By" => "_bytes", "%" => "_percent", _ => "" };
        var isCounter = metric.DataCase == Metric.DataOneofCase.Sum && metric.Sum.IsMonotonic;
        return metric.Name.Replace('.', '_') + unit + (isCounter ? "_total" : "");
    }

    private static IEnumerable<string> OwnNames(PrometheusText metrics) =>
        OwnSample().Matches(metrics.ToString())
            .Select(sample => metrics.Types.ContainsKey(sample.Groups[1].Value) ? sample.Groups[1].Value : HistogramSuffix().Replace(sample.Groups[1].Value, ""));

    [GeneratedRegex(@"^(\w+)\{[^}]*otel_scope_name=""Choir\.", RegexOptions.Multiline)]
    private static partial Regex OwnSample();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex HistogramSuffix();
}
