using System.Diagnostics.Metrics;
using Choir.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Choir.Tests.Integration.Gateway;

/// <summary>The series that callers can create.</summary>
public sealed class RequestSeriesTests
{
    private static readonly string[] Paths =
    [
        "/threads", "/threads/42", "/threads/42/inputs", "/threads/42/events", "/actors", "/actors/stuck", "/actors/a", "/actors/a/b",
        "/actors/a/b/messages", "/actors/a/diagnostics", "/actors/a/b/diagnostics", "/flow", "/why", "/traces/42", "/dead-letters",
        "/dead-letters/42/replay", "/alerts", "/alerts/relay/teams", "/alerts/relay/sms", "/runbooks", "/runbooks/x", "/load-tests", "/load-tests/42", "/load-tests/trends", "/docs", "/start", "/", "/nothing",
    ];

    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "get", "PROPFIND"];

    [Fact]
    public async Task Random_methods_paths_and_statuses_create_a_limited_number_of_series()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var measured = new Measurements(gateway.Services.GetRequiredService<IMeterFactory>());
        await FloodAsync(gateway, withKey: false);
        Assert.InRange(measured.Series("request.latency"), 5, 40);

        await FloodAsync(gateway, withKey: true);
        var (latency, all) = (measured.Series("request.latency"), measured.Series());
        await FloodAsync(gateway, withKey: true);
        Assert.Equal(latency, measured.Series("request.latency"));
        Assert.InRange(latency, 20, 200);

        // Those of ASP.NET Core and its server too, which have routes and kinds of exceptions.
        Assert.InRange(measured.Series(), all, all * 1.1);
        Assert.InRange(all, 20, 600);
        string[] methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "_OTHER"];
        Assert.Empty(measured.Of("request.latency").Select(one => one.Tags["http.request.method"]).Distinct().Except(methods));
    }

    private static async Task FloodAsync(GatewayUnderTest gateway, bool withKey)
    {
        string[] headers = withKey ? [$"Authorization: Bearer {GatewayUnderTest.Key}"] : [];
        var requests =
            from path in Paths
            from method in Methods.Append($"M{Random.Shared.Next(1_000_000)}")
            select RawHttp.SendAsync(
                gateway.Address, method, path.Replace("42", Guid.NewGuid().ToString(), StringComparison.Ordinal), headers,
                method is "POST" or "PUT" ? "{}" : null);
        foreach (var some in requests.Chunk(16))
        {
            await Task.WhenAll(some);
        }
    }
}
