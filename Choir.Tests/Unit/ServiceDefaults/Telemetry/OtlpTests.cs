using Choir.Tests.Support;

namespace Choir.Tests.Unit.ServiceDefaults.Telemetry;

/// <summary>What leaves a real service over OTLP.</summary>
[Collection(Alone.Name)]
public sealed class OtlpTests
{
    // Fields of a metric: the explicit and the exponential histogram.
    private const int Explicit = 9, Exponential = 10;

    [Theory]
    [InlineData(false, Explicit)]
    [InlineData(true, Exponential)]
    public async Task Histograms_leave_as_they_are_set_and_Prometheus_gets_the_instruments_own_buckets(bool exponential, int field)
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var service = await ServiceUnderTest.StartAsync(
            [.. receiver.Settings, $"--Telemetry:ExponentialHistograms={exponential}"]);
        await service.Get("/things/1");
        await Eventually.Holds(
            "the latency of requests", () => receiver.Metrics.Any(metric => metric.Text(1) == "request.latency"));
        Assert.All(
            receiver.Metrics.Where(metric => metric.Text(1) == "request.latency"),
            metric => Assert.Single(metric.All(field)));
        var metrics = await service.Metrics();
        Assert.NotNull(metrics.Sum("request_latency_seconds_bucket", ("le", "0.00025")));
        Assert.NotNull(metrics.Sum("request_latency_seconds_bucket", ("le", "60")));
        Assert.Null(metrics.Sum("request_latency_seconds_bucket", ("le", "7.5")));
    }

    [Fact]
    public async Task Everything_that_Prometheus_gets_of_Choirs_leaves_over_OTLP_too()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var service = await ServiceUnderTest.StartAsync(receiver.Settings);
        await service.Get("/health");
        string[] names = ["system.memory.usage", "system.cpu.usage", "health.status", "request.latency", "telemetry.dropped", "process.thread.count"];
        await Eventually.Holds(
            string.Join(", ", names), () => names.All(name => receiver.Metrics.Any(metric => metric.Text(1) == name)));
    }

    [Fact]
    public async Task A_log_record_leaves_with_its_context_and_the_trace_of_its_request()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var service = await ServiceUnderTest.StartAsync([.. receiver.Settings, "--Telemetry:Sampling=1"]);
        await service.Get("/things/unmistakable");
        await Eventually.Holds("the record", () => receiver.Logs.Any(IsOurs));
        var record = Assert.Single(receiver.Logs, IsOurs);
        var fields = record.Attributes(6);
        Assert.Equal(("thing_seen", "choir", "Choir.Tests"), (fields["event"], fields["system"], fields["service"]));
        Assert.All(new[] { "environment", "version", "host", "request_id" }, name => Assert.NotEmpty(fields[name]));

        await Eventually.Holds("the span", () => receiver.Spans.Any(span => span.Hex(2) == record.Hex(10)));
        var span = Assert.Single(receiver.Spans, span => span.Hex(2) == record.Hex(10));
        Assert.Equal(record.Hex(9), span.Hex(1));
        Assert.Equal("GET /things/{id}", span.Text(5));

        static bool IsOurs(ProtoMessage record) => record.Attributes(6).GetValueOrDefault("thing_id") == "unmistakable";
    }

    [Fact]
    public async Task Without_sampling_no_span_leaves_and_records_have_a_trace_all_the_same()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var service = await ServiceUnderTest.StartAsync([.. receiver.Settings, "--Telemetry:Sampling=0"]);
        await service.Get("/things/unsampled");
        await Eventually.Holds(
            "the record", () => receiver.Logs.Any(record => record.Attributes(6).GetValueOrDefault("thing_id") == "unsampled"));
        Assert.Matches("^[0-9a-f]{32}$", receiver.Logs.First(record => record.Attributes(6).ContainsKey("thing_id")).Hex(9));
        Assert.Empty(receiver.Spans);
    }
}
