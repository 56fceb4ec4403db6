using Choir.ServiceDefaults.Telemetry;
using Choir.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Choir.Tests.Integration.ServiceDefaults;

/// <summary>The OTLP export of a real service.</summary>
[Collection(Alone.Name)]
public sealed class OtlpTests
{
    // Fields of a metric: the explicit and the exponential histogram.
    private const int Explicit = 9, Exponential = 10;

    [Theory]
    [InlineData(false, Explicit)]
    [InlineData(true, Exponential)]
    public async Task OTLP_histograms_follow_the_setting_and_Prometheus_gets_explicit_buckets(bool exponential, int field)
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var service = await ServiceUnderTest.StartAsync(
            [.. receiver.Settings, $"--Telemetry:ExponentialHistograms={exponential}"]);
        await service.GetAsync("/things/1");
        await Eventually.HoldsAsync(
            "the latency of requests", () => receiver.Metrics.Any(metric => metric.Text(1) == "request.latency"));
        Assert.All(
            receiver.Metrics.Where(metric => metric.Text(1) == "request.latency"),
            metric => Assert.Single(metric.All(field)));
        var metrics = await service.MetricsAsync();
        Assert.NotNull(metrics.Sum("request_latency_seconds_bucket", ("le", "0.00025")));
        Assert.NotNull(metrics.Sum("request_latency_seconds_bucket", ("le", "60")));
        Assert.Null(metrics.Sum("request_latency_seconds_bucket", ("le", "7.5")));
    }

    [Fact]
    public async Task All_Choir_metrics_are_exported_over_OTLP_too()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var service = await ServiceUnderTest.StartAsync(receiver.Settings);
        await service.GetAsync("/health");
        string[] names = ["system.memory.usage", "system.cpu.usage", "health.status", "request.latency", "telemetry.dropped", "process.thread.count"];
        await Eventually.HoldsAsync(
            string.Join(", ", names), () => names.All(name => receiver.Metrics.Any(metric => metric.Text(1) == name)));
    }

    [Fact]
    public async Task An_exported_log_record_has_its_context_and_trace()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var service = await ServiceUnderTest.StartAsync([.. receiver.Settings, "--Telemetry:Sampling=1"]);
        await service.GetAsync("/things/unmistakable");
        await Eventually.HoldsAsync("the record", () => receiver.Logs.Any(IsOurs));
        var record = Assert.Single(receiver.Logs, IsOurs);
        var fields = record.Attributes(6);
        Assert.Equal(("thing_seen", "choir", "Choir.Tests"), (fields["event"], fields["system"], fields["service"]));
        Assert.All(new[] { "environment", "version", "host", "request_id" }, name => Assert.NotEmpty(fields[name]));

        await Eventually.HoldsAsync("the span", () => receiver.Spans.Any(span => span.Hex(2) == record.Hex(10)));
        var span = Assert.Single(receiver.Spans, span => span.Hex(2) == record.Hex(10));
        Assert.Equal(record.Hex(9), span.Hex(1));
        Assert.Equal("GET /things/{id}", span.Text(5));

        static bool IsOurs(ProtoMessage record) => record.Attributes(6).GetValueOrDefault("thing_id") == "unmistakable";
    }

    [Fact]
    public async Task Without_sampling_no_span_is_exported_and_no_record_has_a_trace_id()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var service = await ServiceUnderTest.StartAsync([.. receiver.Settings, "--Telemetry:Sampling=0"]);
        await service.GetAsync("/things/unsampled");
        await Eventually.HoldsAsync(
            "the record", () => receiver.Logs.Any(record => record.Attributes(6).GetValueOrDefault("thing_id") == "unsampled"));
        var record = receiver.Logs.First(record => record.Attributes(6).ContainsKey("thing_id"));
        Assert.Equal(("", ""), (record.Hex(9), record.Hex(10)));
        Assert.DoesNotContain("trace_id", record.Attributes(6).Keys);
        Assert.Empty(receiver.Spans);
    }

    [Fact]
    public async Task Probes_and_scrapes_create_no_spans()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var service = await ServiceUnderTest.StartAsync([.. receiver.Settings, "--environment=Development"]);
        foreach (var path in new[] { "/alive", "/ready", "/health", "/metrics" })
        {
            await service.GetAsync(path);
            using var head = new HttpRequestMessage(HttpMethod.Head, path);
            (await service.Http.SendAsync(head, TestContext.Current.CancellationToken)).Dispose();
        }

        await service.GetAsync("/things/asked-for");
        await Eventually.HoldsAsync("the span", () => receiver.Spans.Any(span => span.Text(5) == "GET /things/{id}"));

        // The receiver is a server of this process too, and its requests are traced.
        Assert.Equal(
            ["GET /things/{id}"],
            receiver.Spans.Select(span => span.Text(5)).Where(name => name != "POST /v1/{signal}").Distinct());
    }

    [Theory]
    [InlineData("Development", null, 1)]
    [InlineData("Production", null, 0.01)]
    [InlineData("Development", "0.5", 0.5)]
    public async Task The_default_sampling_is_all_traces_in_development_and_one_percent_elsewhere(
        string environment, string? share, double sampling)
    {
        string[] settings = share is null ? [] : [$"--Telemetry:Sampling={share}"];
        await using var service = await ServiceUnderTest.StartAsync([$"--environment={environment}", .. settings]);
        Assert.Equal(sampling, service.App.Services.GetRequiredService<IOptions<TelemetryOptions>>().Value.Sampling);
    }

    [Theory]
    [InlineData("Development", null, "choir-text")]
    [InlineData("Production", null, "choir-json")]
    [InlineData("Development", "simple", "choir-text")]
    [InlineData("Production", "simple", "choir-json")]
    [InlineData("Development", "choir-json", "choir-json")]
    [InlineData("Production", "choir-text", "choir-text")]
    [InlineData("Production", "systemd", "systemd")]
    public async Task The_console_has_text_in_development_and_JSON_elsewhere_by_default(
        string environment, string? set, string formatter)
    {
        string[] settings = set is null ? [] : [$"--Logging:Console:FormatterName={set}"];
        await using var service = await ServiceUnderTest.StartAsync([$"--environment={environment}", .. settings]);
        Assert.Equal(formatter, service.App.Services.GetRequiredService<IOptions<ConsoleLoggerOptions>>().Value.FormatterName);
    }
}
