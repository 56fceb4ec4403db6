using System.Diagnostics;
using Choir.ServiceDefaults.Telemetry;
using Choir.Tests.Support;
using Choir.Tests.Support.Hostile;
using Choir.Tests.Support.Otlp;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Choir.Tests.Integration.ServiceDefaults;

/// <summary>The OTLP export of a real service.</summary>
[Collection(Alone.Name)]
public sealed class OtlpTests
{
    [Theory]
    [InlineData(false, "Histogram")]
    [InlineData(true, "ExponentialHistogram")]
    public async Task OTLP_histograms_follow_the_setting_and_Prometheus_gets_explicit_buckets(bool exponential, string kind)
    {
        await using var receiver = await HostileCollector.StartAsync();
        await using var service = await ServiceUnderTest.StartAsync(
            [.. receiver.Arguments("http/protobuf"), $"--Telemetry:ExponentialHistograms={exponential}"]);
        await service.GetAsync("/things/1");
        var latency = await Eventually.GivesAsync(
            "the latency of requests", () => Task.FromResult(receiver.Inbox.Metrics().GetValueOrDefault("request.latency")));
        Assert.Equal(kind, latency.DataCase.ToString());
        var metrics = await service.MetricsAsync();
        Assert.NotNull(metrics.Sum("request_latency_seconds_bucket", ("le", "0.00025")));
        Assert.NotNull(metrics.Sum("request_latency_seconds_bucket", ("le", "60")));
        Assert.Null(metrics.Sum("request_latency_seconds_bucket", ("le", "7.5")));
    }

    [Fact]
    public async Task All_Choir_metrics_are_exported_over_OTLP_too()
    {
        await using var receiver = await HostileCollector.StartAsync();
        await using var service = await ServiceUnderTest.StartAsync(receiver.Arguments("http/protobuf"));
        await service.GetAsync("/health");
        string[] names = ["system.memory.usage", "system.cpu.usage", "health.status", "request.latency", "telemetry.dropped", "process.thread.count"];
        await Eventually.HoldsAsync(
            string.Join(", ", names), () => names.All(name => receiver.Inbox.Metrics().ContainsKey(name)));
    }

    [Fact]
    public async Task An_exported_log_record_has_its_context_and_trace()
    {
        await using var receiver = await HostileCollector.StartAsync();
        await using var service = await ServiceUnderTest.StartAsync([.. receiver.Arguments("http/protobuf"), "--Telemetry:Sampling=1", "--OTEL_RESOURCE_ATTRIBUTES=service.instance.id=one-name"]);
        await service.GetAsync("/things/unmistakable");
        await Eventually.HoldsAsync("the record", () => receiver.Inbox.Logs.Any(IsOurs));
        var record = Assert.Single(receiver.Inbox.Logs, IsOurs);
        var fields = record.Attributes;
        Assert.Equal(("thing_seen", "choir", "Choir.Tests"), (fields.Text("event"), fields.Text("system"), fields.Text("service")));
        Assert.All(new[] { "environment", "version", "host", "request_id" }, name => Assert.NotEmpty(fields.Text(name)!));

        await Eventually.HoldsAsync("the span", () => receiver.Inbox.Spans.Any(one => one.Span.SpanId == record.SpanId));
        var (_, span) = Assert.Single(receiver.Inbox.Spans, one => one.Span.SpanId == record.SpanId);
        Assert.Equal((record.TraceId, "GET /things/{id}"), (span.TraceId, span.Name));

        // One name in all signals.
        await Eventually.HoldsAsync("metrics", () => receiver.Inbox.ResourceOfMetrics is not null);
        Resource?[] resources = [receiver.Inbox.ResourceOfMetrics, receiver.Inbox.LogsOf.First().Resource, receiver.Inbox.Spans[0].Resource];
        Assert.All(resources, resource => Assert.Equal("one-name", resource!.Attributes.Text("service.instance.id")));
        Assert.Equal("one-name", fields.Text("instance"));

        static bool IsOurs(Support.Otlp.LogRecord record) => record.Attributes.Text("thing_id") == "unmistakable";
    }

    [Fact]
    public async Task What_an_open_live_page_does_is_not_traced()
    {
        await using var receiver = await HostileCollector.StartAsync();
        await using var service = await ServiceUnderTest.StartAsync([.. receiver.Arguments("http/protobuf"), "--Telemetry:Sampling=1"]);
        string[] names = ["Microsoft.AspNetCore.SignalR.Server", "Microsoft.AspNetCore.Components", "Microsoft.AspNetCore.Components.Server.Circuits", "Choir.Pages"];
        foreach (var name in names)
        {
            using var source = new ActivitySource(name);
            using var rendered = source.StartActivity("OnRenderCompleted", ActivityKind.Server);
        }

        await Eventually.HoldsAsync("the span of Choir", () => receiver.Inbox.SpanScopes.Contains("Choir.Pages"));
        Assert.Empty(receiver.Inbox.SpanScopes.Intersect(names[..^1]));
    }

    [Fact]
    public async Task No_text_of_an_exported_span_has_a_secret()
    {
        const string text = "cannot reach postgres://choir:s3cret@db/choir";
        await using var receiver = await HostileCollector.StartAsync();
        await using var service = await ServiceUnderTest.StartAsync([.. receiver.Arguments("http/protobuf"), "--Telemetry:Sampling=1"]);
        using var source = new ActivitySource("Choir.Secrets");
        using (var started = source.StartActivity("secrets", ActivityKind.Server)!)
        {
            started.SetTag("count", 7).SetTag("address", text).SetTag("password", "s3cret").SetStatus(ActivityStatusCode.Error, text);
            started.AddException(new InvalidOperationException(text))
                .AddEvent(new("another", tags: new() { ["said"] = text, ["api_key"] = "s3cret", ["count"] = 7 }));
        }

        await Eventually.HoldsAsync("the span", () => receiver.Inbox.Spans.Any(one => one.Span.Name == "secrets"));
        var (_, span) = Assert.Single(receiver.Inbox.Spans, one => one.Span.Name == "secrets");
        const string shown = "cannot reach postgres://choir:[redacted]@db/choir";
        Assert.Equal((shown, shown, "[redacted]"), (span.Status.Message, span.Attributes.Text("address"), span.Attributes.Text("password")));
        Assert.Equal(["exception", "another"], span.Events.Select(one => one.Name));
        Assert.Equal((shown, "[redacted]"), (span.Events[1].Attributes.Text("said"), span.Events[1].Attributes.Text("api_key")));
        Assert.Equal(shown, span.Events[0].Attributes.Text("exception.message"));
        Assert.Contains("InvalidOperationException", span.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", span.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_sampling_no_span_is_exported_and_no_record_has_a_trace_id()
    {
        await using var receiver = await HostileCollector.StartAsync();
        await using var service = await ServiceUnderTest.StartAsync([.. receiver.Arguments("http/protobuf"), "--Telemetry:Sampling=0"]);
        await service.GetAsync("/things/unsampled");
        await Eventually.HoldsAsync(
            "the record", () => receiver.Inbox.Logs.Any(record => record.Attributes.Text("thing_id") == "unsampled"));
        var record = receiver.Inbox.Logs.First(record => record.Attributes.Text("thing_id") is not null);
        Assert.True(record.TraceId.IsEmpty && record.SpanId.IsEmpty);
        Assert.Null(record.Attributes.Text("trace_id"));
        Assert.Empty(receiver.Inbox.Spans);
    }

    [Fact]
    public async Task Probes_and_scrapes_create_no_spans()
    {
        await using var receiver = await HostileCollector.StartAsync();
        await using var service = await ServiceUnderTest.StartAsync([.. receiver.Arguments("http/protobuf"), "--environment=Development"]);
        foreach (var path in new[] { "/alive", "/ready", "/health", "/metrics" })
        {
            await service.GetAsync(path);
            using var head = new HttpRequestMessage(HttpMethod.Head, path);
            (await service.Http.SendAsync(head, TestContext.Current.CancellationToken)).Dispose();
        }

        await service.GetAsync("/things/asked-for");
        await Eventually.HoldsAsync("the span", () => receiver.Inbox.Spans.Any(one => one.Span.Name == "GET /things/{id}"));

        // The receiver is a server of this process too, and its requests are traced.
        Assert.Equal(
            ["GET /things/{id}"],
            receiver.Inbox.Spans.Select(one => one.Span.Name).Where(name => name != "POST /v1/{signal}").Distinct());
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
