using System.Diagnostics.Metrics;
using Choir.Tests.Support;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Choir.Tests.Integration.ServiceDefaults;

/// <summary>The metrics of a real service at <c>/metrics</c>.</summary>
[Collection(Alone.Name)]
public sealed class ExportedMetricsTests
{
    [Fact]
    public async Task Names_and_kinds_match_the_specification()
    {
        await using var service = await ServiceUnderTest.StartAsync();
        await service.GetAsync("/health");

        // The actors' meter has this counter too; it must not be described twice.
        using var actors = new Meter("Choir.Actors");
        actors.CreateObservableCounter(
            "telemetry.dropped", () => new Measurement<long>(7, new KeyValuePair<string, object?>("signal", "measurements")), "{item}");

        // CPU usage needs a second reading, one second later.
        await Eventually.HoldsAsync("a share of processor time", async () => (await service.MetricsAsync()).Types.ContainsKey("system_cpu_usage_percent"));
        var metrics = await service.MetricsAsync();
        Assert.Equal(7, metrics.Sum("telemetry_dropped_total", ("signal", "measurements")));
        var types = metrics.Types;
        foreach (var gauge in new[]
        {
            "system_cpu_usage_percent", "system_memory_usage_bytes", "system_memory_available_bytes",
            "system_network_sent_bytes", "system_network_received_bytes", "health_status", "process_thread_count",
        })
        {
            Assert.Equal((gauge, "gauge"), (gauge, types.GetValueOrDefault(gauge)));
        }

        Assert.Equal("histogram", types["request_latency_seconds"]);
        Assert.Equal("counter", types["telemetry_dropped_total"]);
        if (OperatingSystem.IsLinux())
        {
            Assert.Equal("gauge", types["system_disk_read_bytes"]);
            Assert.Equal("gauge", types["system_disk_write_bytes"]);
            Assert.Equal("counter", types["process_disk_io_bytes_total"]);
        }
    }

    [Fact]
    public async Task Names_that_a_model_endpoint_answers_with_create_no_series()
    {
        await using var service = await ServiceUnderTest.StartAsync();
        using var meter = new Meter("Experimental.Microsoft.Extensions.AI");
        var histogram = meter.CreateHistogram<double>("gen_ai.client.operation.duration", "s");
        for (var answer = 0; answer < 3_000; answer++)
        {
            histogram.Record(1, new("gen_ai.request.model", "asked"), new("gen_ai.response.model", $"answered-{answer}"));
        }

        var metrics = await service.MetricsAsync();
        Assert.Equal(3_000, metrics.Sum("gen_ai_client_operation_duration_seconds_count", ("gen_ai_request_model", "asked")));
        Assert.DoesNotContain("answered-", metrics.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runtime_metrics_are_exported_once()
    {
        await using var service = await ServiceUnderTest.StartAsync();
        var types = (await service.MetricsAsync()).Types;
        Assert.Contains("dotnet_process_cpu_time_seconds_total", types.Keys);
        Assert.Contains("dotnet_process_memory_working_set_bytes", types.Keys);
        Assert.Contains("dotnet_thread_pool_queue_length_total", types.Keys);
        Assert.DoesNotContain(types.Keys, name => name.StartsWith("process_runtime_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_request_is_measured_once_under_its_route()
    {
        await using var service = await ServiceUnderTest.StartAsync();
        foreach (var path in new[] { "/things/1", "/things/2", "/nothing/here", "/broken" })
        {
            await service.GetAsync(path);
        }

        // The duration is recorded after the response has been sent.
        await Eventually.HoldsAsync("four requests", () => service.Measured.Of("request.latency").Count == 4);
        Assert.Equal(
            ["(no route) 404", "/broken 500", "/things/{id} 200", "/things/{id} 200"],
            service.Measured.Of("request.latency")
                .Select(one => $"{one.Tags["request.type"]} {one.Tags["http.response.status_code"]}").Order(StringComparer.Ordinal));
        Assert.All(service.Measured.Of("request.latency"), one => Assert.True(one.Value > 0));
        Assert.DoesNotContain("http_server_request_duration_seconds", (await service.MetricsAsync()).Types.Keys);
    }

    [Fact]
    public async Task Unknown_HTTP_methods_share_one_value()
    {
        await using var service = await ServiceUnderTest.StartAsync();
        foreach (var method in new[] { "BREW", "WHEN" })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), "/things/1");
            using var response = await service.Http.SendAsync(request, TestContext.Current.CancellationToken);
        }

        await Eventually.HoldsAsync("two requests", () => service.Measured.Of("request.latency").Count == 2);
        Assert.All(service.Measured.Of("request.latency"), one => Assert.Equal("_OTHER", one.Tags["http.request.method"]));
    }

    [Fact]
    public async Task Health_metrics_have_the_last_known_status_and_do_not_wait_for_a_check()
    {
        await using var service = await ServiceUnderTest.StartAsync();
        await BecomesAsync(0, HealthCheckResult.Healthy());
        await BecomesAsync(1, HealthCheckResult.Degraded("slow"));
        await BecomesAsync(2, HealthCheckResult.Unhealthy("away"));
        service.Database.Answer = _ => new TaskCompletionSource<HealthCheckResult>().Task;
        await service.MetricsAsync();
        Assert.Equal(2, Assert.Single(service.Measured.Look("health.status")).Value);

        async Task BecomesAsync(double number, HealthCheckResult result)
        {
            service.Database.Says(result);
            await service.GetAsync("/health");
            var told = Assert.Single(service.Measured.Look("health.status"));
            Assert.Equal((number, "database"), (told.Value, told.Tags["component"]));
        }
    }
}
