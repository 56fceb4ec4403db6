using System.Diagnostics;
using System.Globalization;
using Choir.ServiceDefaults;
using Choir.ServiceDefaults.Logging;
using Choir.Tests.Support;
using Choir.Tests.Support.Hostile;
using Choir.Tests.Support.Otlp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Choir.Tests.Integration.ServiceDefaults;

/// <summary>Services that export to a collector with limits, or to one that does not answer.</summary>
[Collection(Alone.Name)]
public sealed class HostileCollectorTests
{
    // More records and spans of this size than a request may have.
    private const int Large = 400;

    private const string NoConsole = "--Logging:Console:LogLevel:Default=None";

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Large_records_and_spans_are_cut_and_all_arrive_in_requests_below_the_limit(string protocol)
    {
        await using var collector = await HostileCollector.StartAsync();
        await using var service = await ServiceUnderTest.StartAsync(
            [.. collector.Arguments(protocol), "--Telemetry:Sampling=1", "--Logging:Limit:PerSecond=0", NoConsole, "--OTEL_BLRP_SCHEDULE_DELAY=1000", "--OTEL_BSP_SCHEDULE_DELAY=1000"]);
        var logger = service.App.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Choir.Large");
        using var source = new ActivitySource("Choir.Large");
        var text = new string('x', 100_000);
        var exception = new InvalidOperationException(text);
        for (var index = 0; index < Large; index++)
        {
            logger.SummaryReceived(exception, text, [text]);
            using var span = source.StartActivity("large", ActivityKind.Server);
            span!.SetTag("first", text).SetTag("second", text).AddException(exception).AddEvent(new("another", tags: new() { ["text"] = text }));
        }

        await Eventually.HoldsAsync("all records", () => collector.Inbox.Logs.Count(record => record.Attributes.Text("event") == "large_summary") == Large);
        await Eventually.HoldsAsync("all spans", () => collector.Inbox.Spans.Count(one => one.Span.Name == "large") == Large);
        Assert.InRange(collector.Inbox.LargestRequest, 500_000, HostileCollector.MaxRequestBytes);
        Assert.All(
            collector.Inbox.Logs.Where(record => record.Attributes.Text("event") == "large_summary"),
            record => Assert.InRange(record.CalculateSize(), 8_000, RecordBudget.MaxBytes));
        Assert.All(
            collector.Inbox.Spans.Where(one => one.Span.Name == "large"), one => Assert.InRange(one.Span.CalculateSize(), 8_000, RecordBudget.MaxBytes));
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task A_service_ends_although_the_collector_never_answers(string protocol)
    {
        await using var collector = await HostileCollector.StartAsync(CollectorBehaviour.Silent);
        var builder = WebApplication.CreateSlimBuilder(
            [.. collector.Arguments(protocol), "--OTEL_EXPORTER_OTLP_TIMEOUT=600000", "--Telemetry:Sampling=1"]);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddServiceDefaults();
        var app = builder.Build();
        app.Lifetime.ApplicationStarted.Register(() => app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Choir.Last").ThingSeen("last"));
        var run = app.RunServiceAsync(CancellationToken.None);

        // Metrics and records are being sent, each with ten minutes to wait for an answer.
        await Eventually.HoldsAsync("requests to wait", () => collector.Requests >= 2);
        app.Lifetime.StopApplication();
        Assert.Equal(1, await run.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task A_service_answers_and_ends_although_the_collector_refuses_everything(string protocol)
    {
        await using var collector = await HostileCollector.StartAsync(CollectorBehaviour.Refusing);
        await using var service = await ServiceUnderTest.StartAsync([.. collector.Arguments(protocol), "--Telemetry:Sampling=1", NoConsole]);
        Assert.Equal(200, await service.GetAsync("/things/1"));

        // Metrics, records and spans.
        await Eventually.HoldsAsync("refused requests", () => collector.Requests >= 3);
        Assert.Equal(200, await service.GetAsync("/things/2"));
        await service.App.StopAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Empty(collector.Inbox.Logs);
        Assert.Empty(collector.Inbox.Spans);
    }

    [Fact]
    public async Task Errors_arrive_although_a_flood_of_other_records_fills_the_queue()
    {
        await using var collector = await HostileCollector.StartAsync(CollectorBehaviour.Slow);
        await using var service = await ServiceUnderTest.StartAsync(
            [.. collector.Arguments(), "--Logging:Limit:PerSecond=0", NoConsole, "--OTEL_BLRP_MAX_QUEUE_SIZE=64", "--OTEL_BLRP_MAX_EXPORT_BATCH_SIZE=16"]);
        var logger = service.App.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Choir.Flood");
        for (var index = 0; index < 2_000; index++)
        {
            logger.ThingSeen("flood");
        }

        logger.EvidenceSeen();
        collector.Release();
        await Eventually.HoldsAsync("the error", () => collector.Inbox.Logs.Any(record => record.Attributes.Text("event") == "evidence_seen"));
        Assert.InRange(collector.Inbox.Logs.Count(record => record.Attributes.Text("thing_id") == "flood"), 0, 200);
    }

    [Fact]
    public async Task A_flood_of_one_kind_is_limited_and_counted_in_its_next_record()
    {
        await using var collector = await HostileCollector.StartAsync();
        await using var service = await ServiceUnderTest.StartAsync([.. collector.Arguments(), "--Logging:Limit:PerSecond=5", NoConsole]);
        var logger = service.App.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Choir.Flood");
        await Eventually.HoldsAsync("a record with a count", () =>
        {
            for (var index = 0; index < 100; index++)
            {
                logger.ThingSeen("flood");
            }

            return collector.Inbox.Logs.Any(record => record.Attributes.Text("suppressed") is not null);
        });
    }

    [Fact]
    public async Task Every_record_of_a_flood_is_exported_or_counted_when_the_service_stops()
    {
        await using var collector = await HostileCollector.StartAsync();
        await using (var service = await ServiceUnderTest.StartAsync([.. collector.Arguments(), "--Logging:Limit:PerSecond=5", NoConsole]))
        {
            var logger = service.App.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Choir.Flood");
            for (var index = 0; index < 100; index++)
            {
                logger.ThingSeen("flood");
            }

            await service.App.StopAsync(TestContext.Current.CancellationToken);
        }

        var records = collector.Inbox.Logs;
        Assert.Contains(records, record => record.Attributes.Text("event") == "records_suppressed");
        Assert.Equal(
            100,
            records.Count(record => record.Attributes.Text("thing_id") == "flood")
                + records.Sum(record => long.Parse(record.Attributes.Text("suppressed") ?? "0", CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Only_the_signal_with_an_endpoint_is_exported_with_its_own_headers()
    {
        await using var collector = await HostileCollector.StartAsync();
        await using var service = await ServiceUnderTest.StartAsync(
            [
                "--Telemetry:Sampling=1", "--OTEL_BSP_SCHEDULE_DELAY=20", "--OTEL_METRIC_EXPORT_INTERVAL=50",
                $"--OTEL_EXPORTER_OTLP_TRACES_ENDPOINT={collector.HttpEndpoint}/v1/traces", "--OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=http/protobuf",
                "--OTEL_EXPORTER_OTLP_TRACES_HEADERS=x-api-key=of-traces", "--OTEL_EXPORTER_OTLP_HEADERS=x-api-key=of-all",
            ]);
        await service.GetAsync("/things/1");
        await Eventually.HoldsAsync("the span", () => collector.Inbox.Spans.Any(one => one.Span.Name == "GET /things/{id}"));
        Assert.All(collector.Inbox.Requests, request => Assert.Equal(
            ("traces", "/v1/traces", "of-traces"), (request.Signal, request.Path, request.Headers["x-api-key"].ToString())));
    }

    [Fact]
    public async Task A_wrong_endpoint_stops_the_start_with_a_sentence()
    {
        var logs = new LogCollector();
        var builder = WebApplication.CreateSlimBuilder(["--OTEL_EXPORTER_OTLP_ENDPOINT=localhost:4317"]);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddServiceDefaults();
        builder.Logging.ClearProviders().AddProvider(logs);
        Assert.Equal(1, await builder.Build().RunServiceAsync(CancellationToken.None));
        Assert.Equal(
            "The service failed: OTEL_EXPORTER_OTLP_ENDPOINT is 'localhost:4317'; give an address that starts with http:// or https://, such as http://localhost:4317.",
            Assert.Single(logs.Records, record => record.Event == "service_failed").Message);
        logs.Dispose();
    }
}

internal static partial class HostileCollectorLog
{
    [LoggerMessage(1, LogLevel.Warning, "{Summary} of {Labels}", EventName = "large_summary")]
    public static partial void SummaryReceived(this ILogger logger, Exception exception, string summary, string[] labels);

    [LoggerMessage(2, LogLevel.Error, "Evidence was seen", EventName = "evidence_seen")]
    public static partial void EvidenceSeen(this ILogger logger);
}
