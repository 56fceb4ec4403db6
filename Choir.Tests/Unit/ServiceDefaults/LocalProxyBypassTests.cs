using System.Net;
using Choir.ServiceDefaults;
using Choir.Tests.Support.Hostile;

namespace Choir.Tests.Unit.ServiceDefaults;

public sealed class LocalProxyBypassTests
{
    [Theory]
    [InlineData("http://localhost:8545", true)]
    [InlineData("http://choir.localhost", true)]
    [InlineData("https://127.0.0.1:1", true)]
    [InlineData("https://127.3.2.1", true)]
    [InlineData("http://[::1]:4317", true)]
    [InlineData("http://collector:4317", true)]
    [InlineData("https://api.twilio.com", false)]
    [InlineData("http://192.0.2.1", false)]
    [InlineData("http://[2001:db8::1]", false)]
    [InlineData("http://excepted.example.com", true)]
    public void Local_addresses_and_the_users_exceptions_are_reached_without_the_proxy(string address, bool isBypassed)
    {
        var bypass = new LocalProxyBypass(new WebProxy("http://proxy.example.com:3128") { BypassList = ["excepted"] });
        Assert.Equal(isBypassed, bypass.IsBypassed(new Uri(address)));
        Assert.Equal(isBypassed, bypass.GetProxy(new Uri(address)) is not { Host: "proxy.example.com" });
    }

    [Fact]
    public async Task A_proxy_that_refuses_everything_gets_no_local_request_but_the_others()
    {
        await using var proxy = await HostileReceiver.StartAsync(503);
        await using var node = await HostileReceiver.StartAsync();
        using var handler = new SocketsHttpHandler { Proxy = new LocalProxyBypass(new WebProxy(proxy.Url)) };
        using var http = new HttpClient(handler);
        foreach (var local in (string[])[node.Url, node.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal)])
        {
            Assert.Equal("{}", await http.GetStringAsync(new Uri(local), TestContext.Current.CancellationToken));
        }

        Assert.Empty(proxy.Requests);
        using var refused = await http.GetAsync(new Uri("http://api.example.com/messages"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal("api.example.com", Assert.Single(proxy.Requests).Headers["Host"]);
    }
}
