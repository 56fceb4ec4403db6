using System.Net;
using System.Net.Sockets;
using Choir.Tests.Support;
using Choir.Tests.Support.Hostile;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Choir.Tests.Integration.ServiceDefaults;

/// <summary>With an unreachable or unresponsive backend requests are not delayed, and dropped telemetry is counted.</summary>
[Collection(Alone.Name)]
public sealed class DroppedTelemetryTests
{
    private static readonly string[] Eager =
    [
        "--Telemetry:Sampling=1", "--OTEL_BSP_SCHEDULE_DELAY=20", "--OTEL_BLRP_SCHEDULE_DELAY=20",
        "--OTEL_METRIC_EXPORT_INTERVAL=100", "--Logging:Limit:PerSecond=0",
    ];

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Telemetry_for_an_unreachable_backend_is_counted_as_dropped(string protocol)
    {
        // A port that was just free, without a listener.
        using var reserved = new TcpListener(IPAddress.Loopback, 0);
        reserved.Start();
        var endpoint = $"http://{reserved.LocalEndpoint}";
        reserved.Stop();
        await using var service = await ServiceUnderTest.StartAsync(
            [.. Eager, $"--OTEL_EXPORTER_OTLP_ENDPOINT={endpoint}", $"--OTEL_EXPORTER_OTLP_PROTOCOL={protocol}"]);
        Assert.Equal(200, await service.GetAsync("/things/1"));
        foreach (var signal in new[] { "traces", "logs", "metrics" })
        {
            await Eventually.HoldsAsync(
                $"lost {signal} to be counted",
                async () => (await service.MetricsAsync()).Sum("telemetry_dropped_total", ("signal", signal)) > 0);
        }
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task What_a_collector_refuses_of_an_export_that_it_accepts_is_counted_and_logged_once(string protocol)
    {
        await using var collector = await HostileCollector.StartAsync();
        await using var service = await ServiceUnderTest.StartAsync([.. Eager, .. collector.Arguments(protocol)]);
        using var logs = new LogCollector();
        service.App.Services.GetRequiredService<ILoggerFactory>().AddProvider(logs);
        collector.Inbox.Refusal = (100_000, "too many");
        foreach (var (signal, least) in new[] { ("traces", 200_000), ("logs", 200_000), ("metrics", 2) })
        {
            await Eventually.HoldsAsync(
                $"refused {signal} to be counted",
                async () =>
                {
                    Assert.Equal(200, await service.GetAsync("/things/1"));
                    return (await service.MetricsAsync()).Sum("telemetry_dropped_total", ("signal", signal)) >= least;
                });
        }

        // Not sent to the collector: nothing that an exporter does is exported.
        var refusals = logs.Records.Where(record => record.Event == "telemetry_refused").ToArray();
        Assert.Equal(["logs", "metrics", "traces"], refusals.Select(record => record.Fields["signal"]).Order());
        Assert.All(refusals, record => Assert.Equal((100_000L, "too many"), (record.Fields["rejected"], record.Fields["reason"])));
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task An_export_that_a_collector_accepts_is_not_counted_as_dropped(string protocol)
    {
        await using var collector = await HostileCollector.StartAsync();
        await using var service = await ServiceUnderTest.StartAsync([.. Eager, .. collector.Arguments(protocol)]);
        var before = await service.MetricsAsync();
        Assert.Equal(200, await service.GetAsync("/things/1"));
        await Eventually.HoldsAsync(
            "all signals", () => new[] { "traces", "logs", "metrics" }.All(signal => collector.Inbox.Requests.Any(request => request.Signal == signal)));
        var after = await service.MetricsAsync();
        foreach (var signal in new[] { "traces", "logs", "metrics" })
        {
            Assert.Equal(before.Sum("telemetry_dropped_total", ("signal", signal)), after.Sum("telemetry_dropped_total", ("signal", signal)));
        }
    }

    [Fact]
    public async Task Exports_follow_no_redirect_and_are_counted_as_dropped()
    {
        await using var collector = await HostileModel.StartAsync();
        await using var other = await HostileModel.StartAsync();
        other.Answers(HttpReply.Text(""));
        collector.Answers(HttpReply.Text("", 307) with { Header = ("Location", $"{other.Url}v1/any") });
        await using var service = await ServiceUnderTest.StartAsync(
            [.. Eager, $"--OTEL_EXPORTER_OTLP_ENDPOINT={collector.Url}", "--OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf"]);
        Assert.Equal(200, await service.GetAsync("/things/1"));
        foreach (var signal in new[] { "traces", "logs", "metrics" })
        {
            await Eventually.HoldsAsync(
                $"redirected {signal} to be counted",
                async () => (await service.MetricsAsync()).Sum("telemetry_dropped_total", ("signal", signal)) > 0);
        }

        Assert.Equal(0, other.Requests);
    }

    [Fact]
    public async Task A_huge_answer_of_a_collector_is_not_read_and_exports_go_on()
    {
        await using var collector = await HostileModel.StartAsync();
        collector.Answers(new HttpReply(200, new byte[64 * 1024], Repeat: 1_000_000));
        await using var service = await ServiceUnderTest.StartAsync(
            [.. Eager, $"--OTEL_EXPORTER_OTLP_ENDPOINT={collector.Url}", "--OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf"]);
        Assert.Equal(200, await service.GetAsync("/things/1"));
        await Eventually.HoldsAsync("more exports", () => collector.Requests >= 12);
    }

    [Fact]
    public async Task An_unresponsive_backend_delays_no_request_and_overflowing_telemetry_is_counted()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var service = await ServiceUnderTest.StartAsync(
            [
                .. Eager, $"--OTEL_EXPORTER_OTLP_ENDPOINT=http://{silent.LocalEndpoint}", "--OTEL_EXPORTER_OTLP_TIMEOUT=600000",
                "--OTEL_BSP_MAX_QUEUE_SIZE=4", "--OTEL_BSP_MAX_EXPORT_BATCH_SIZE=4",
                "--OTEL_BLRP_MAX_QUEUE_SIZE=4", "--OTEL_BLRP_MAX_EXPORT_BATCH_SIZE=4",
            ]);
        for (var request = 0; request < 30; request++)
        {
            Assert.Equal(200, await service.GetAsync("/things/1"));
        }

        var metrics = await service.MetricsAsync();
        silent.Stop();

        // Of 30 spans, four are being sent and four are queued; the log also has one record per request.
        Assert.True(metrics.Sum("telemetry_dropped_total", ("signal", "traces")) >= 20, metrics.ToString());
        Assert.True(metrics.Sum("telemetry_dropped_total", ("signal", "logs")) >= 20, metrics.ToString());
    }
}
