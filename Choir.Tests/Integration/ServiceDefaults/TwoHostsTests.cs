using Choir.Tests.Support;

namespace Choir.Tests.Integration.ServiceDefaults;

/// <summary>Two hosts in one process.</summary>
public sealed class TwoHostsTests
{
    [Fact]
    public async Task Each_host_exports_only_its_own_figures()
    {
        await using var one = await ServiceUnderTest.StartAsync();
        await using var other = await ServiceUnderTest.StartAsync();
        for (var request = 0; request < 3; request++)
        {
            Assert.Equal(200, await one.GetAsync("/things/1"));
        }

        await Eventually.HoldsAsync("the figures of one", async () => await CountAsync(one) == 3);
        Assert.Null(await CountAsync(other));
        Assert.Equal(200, await other.GetAsync("/things/1"));
        await Eventually.HoldsAsync("the figures of the other", async () => await CountAsync(other) == 1);
        Assert.Equal(3, await CountAsync(one));

        static async Task<double?> CountAsync(ServiceUnderTest service) =>
            (await service.MetricsAsync()).Sum("request_latency_seconds_count", ("request_type", "/things/{id}"));
    }
}
