using System.Net;
using System.Net.Sockets;
using Choir.Tests.Support;

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
