using System.Net;
using Choir.ServiceDefaults;

namespace Choir.Tests.Unit.ServiceDefaults;

public sealed class OwnAddressTests
{
    [Theory]
    [InlineData("http://localhost:5080", "http://localhost:5080")]
    [InlineData("http://127.0.0.1:41233", "http://127.0.0.1:41233")]
    [InlineData("http://0.0.0.0:8080", "http://10.1.2.3:8080")]
    [InlineData("http://[::]:8080", "http://10.1.2.3:8080")]
    [InlineData("http://*:8080/", "http://10.1.2.3:8080")]
    [InlineData("https://+:8443", "https://10.1.2.3:8443")]
    [InlineData("http://[::1]:8080", "http://[::1]:8080")]
    [InlineData("https://[::]:8443 http://[::]:8080", "http://10.1.2.3:8080")]
    [InlineData("", null)]
    public void A_wildcard_address_is_replaced_by_the_machines_address(string bound, string? own) =>
        Assert.Equal(own, OwnAddress.Choose(bound.Split(' ', StringSplitOptions.RemoveEmptyEntries), () => IPAddress.Parse("10.1.2.3")));

    [Fact]
    public void Without_a_network_the_address_is_loopback() =>
        Assert.Equal("http://127.0.0.1:8080", OwnAddress.Choose(["http://0.0.0.0:8080"], () => null));
}
