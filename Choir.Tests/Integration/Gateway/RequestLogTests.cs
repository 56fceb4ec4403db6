using Choir.Gateway.Requests;
using Choir.Gateway.Security;
using Choir.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Integration.Gateway;

public sealed class RequestLogTests
{
    private const string Bad = """{"type":"ping"}""";

    [Fact]
    public async Task A_request_is_logged_when_it_is_received_and_answered()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        Assert.Equal(400, (await gateway.PostAsync("/actors/test_actor/any/messages", Bad)).Status);
        await Eventually.HoldsAsync(
            "the answer's record", () => gateway.Logs.Records.Any(record => record.Event == "request_processed"));
        var received = Assert.Single(gateway.Logs.Records, record => record.Event == "request_received");
        Assert.Equal(LogLevel.Information, received.Level);
        Assert.Equal("/actors/{type}/{id}/messages", received.Fields["route"]);
        Assert.Equal((long)Bad.Length, received.Fields["request_size_bytes"]);
        var processed = Assert.Single(gateway.Logs.Records, record => record.Event == "request_processed");
        Assert.Equal(LogLevel.Information, processed.Level);
        Assert.Equal(400, processed.Fields["status_code"]);
        Assert.True(processed.Fields["processing_time_ms"] is > 0.0);

        // An invalid request is not logged as an error, and the key is not logged.
        Assert.DoesNotContain(gateway.Logs.Records, record => record.Level > LogLevel.Information && record.Category.StartsWith("Choir.Gateway", StringComparison.Ordinal));
        Assert.DoesNotContain(gateway.Logs.Records, record =>
            record.Message.Contains(GatewayUnderTest.Key, StringComparison.Ordinal)
            || record.Fields.Values.Any(value => value?.ToString()?.Contains(GatewayUnderTest.Key, StringComparison.Ordinal) == true));
    }

    [Fact]
    public async Task Probes_are_not_logged()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.GetAsync("/alive");
        await gateway.GetAsync("/metrics");
        await gateway.PostAsync("/alerts", "{}");
        await gateway.GetAsync("/nothing-here");
        await Eventually.HoldsAsync(
            "the third one's record", () => gateway.Logs.Records.Any(record => record.Event == "request_processed"));
        Assert.Equal("(no route)", Assert.Single(gateway.Logs.Records, record => record.Event == "request_received").Fields["route"]);
    }

    [Fact]
    public async Task Ten_requests_per_route_and_second_are_logged_and_the_suppressed_ones_counted()
    {
        var time = new FakeTimeProvider();
        using var logs = new LogCollector();
        using var loggers = new LoggerFactory([logs]);
        var log = new RequestLog(_ => Task.CompletedTask, time, loggers.CreateLogger<RequestLog>());
        for (var request = 0; request < 25; request++)
        {
            await log.InvokeAsync(Request("/threads"));
        }

        await log.InvokeAsync(Request("/dead-letters"));
        Assert.Equal(11, logs.Records.Count);
        Assert.All(logs.Records, record => Assert.Null(record.Fields["suppressed"]));

        time.Advance(TimeSpan.FromSeconds(1));
        await log.InvokeAsync(Request("/threads"));
        await log.InvokeAsync(Request("/threads"));
        Assert.Equal([15L, null], logs.Records.Skip(11).Select(record => record.Fields["suppressed"]));
    }

    [Fact]
    public void The_owner_of_a_key_is_constant_and_does_not_reveal_the_key()
    {
        var owner = new ApiKeyOptions { Key = GatewayUnderTest.Key }.Owner;
        Assert.Matches("^key-[0-9a-f]{8}$", owner);
        Assert.Equal(owner, new ApiKeyOptions { Key = GatewayUnderTest.Key }.Owner);
        Assert.NotEqual(owner, new ApiKeyOptions { Key = GatewayUnderTest.Key + "2" }.Owner);
    }

    private static DefaultHttpContext Request(string route)
    {
        var context = new DefaultHttpContext();
        context.SetEndpoint(new RouteEndpoint(_ => Task.CompletedTask, RoutePatternFactory.Parse(route), 0, null, null));
        return context;
    }
}
