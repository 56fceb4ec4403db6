using Choir.AppHost.Infrastructure;

namespace Choir.Tests.Unit.AppHost;

public class ProxyVariablesTests
{
    private const string Local = "localhost,.localhost,127.0.0.1,::1,[::1],host.docker.internal";

    [Fact]
    public void Without_a_proxy_nothing_is_changed() => Assert.Empty(Changes(("NO_PROXY", "example.com")));

    [Theory]
    [InlineData("HTTP_PROXY")]
    [InlineData("https_proxy")]
    [InlineData("ALL_PROXY")]
    public void Loopback_names_are_excluded_from_a_proxy(string proxy) =>
        Assert.Equal([("no_proxy", Local), ("NO_PROXY", Local)], Changes((proxy, "http://proxy:3128")));

    [Fact]
    public void The_users_exceptions_are_kept() =>
        Assert.Equal(
            [("no_proxy", "example.com,LOCALHOST,.localhost,127.0.0.1,::1,[::1],host.docker.internal")],
            Changes(("http_proxy", "http://proxy:3128"), ("no_proxy", " example.com, LOCALHOST ")));

    [Fact]
    public void An_exception_for_everything_is_kept() =>
        Assert.Equal([("NO_PROXY", "*")], Changes(("http_proxy", "http://proxy:3128"), ("NO_PROXY", "*")));

    private static IEnumerable<(string, string)> Changes(params (string Name, string Value)[] variables) =>
        ProxyVariables.Changes(name => variables.FirstOrDefault(variable => variable.Name == name).Value);
}
