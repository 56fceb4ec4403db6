using System.Net;
using System.Net.Sockets;
using Choir.Tests.Support;

namespace Choir.Tests.Integration.Gateway;

/// <summary>A real gateway that starts while there is no actor host.</summary>
public sealed class StartTests(PostgresFixture postgres)
{
    private const string Waits = "cluster_awaited";

    [Theory]
    [InlineData("taken")]
    [InlineData("nonsense")]
    [InlineData("http://127.0.0.1:99999")]
    public async Task A_gateway_that_cannot_listen_ends_with_a_sentence(string address)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        address = address == "taken" ? $"http://{other.LocalEndpoint}" : address;
        await using var gateway = GatewayProcess.Launch(
            await postgres.CreateDatabaseAsync(), ("CHOIR_API_KEY", "a-key-of-this-test-only"), ("ASPNETCORE_URLS", address));

        Assert.Equal(1, await gateway.ExitCodeAsync());
        var critical = Assert.Single(gateway.Log.Split('\n'), line => line.Contains(" crit ", StringComparison.Ordinal));
        Assert.Contains($"The service failed: The web server cannot listen on {address}: ", critical, StringComparison.Ordinal);
        AssertNoTrace(gateway);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    [InlineData("HUP")]
    public async Task A_gateway_that_is_stopped_while_it_waits_for_an_actor_host_ends_without_an_error(string signal)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), Processes.Need);
        await using var gateway = GatewayProcess.Launch(await postgres.CreateDatabaseAsync(), ("CHOIR_API_KEY", "a-key-of-this-test-only"));
        await Eventually.HoldsAsync("the gateway to wait", () => gateway.Log.Contains(Waits, StringComparison.Ordinal));

        Processes.Signal(signal, await gateway.ProcessIdAsync());

        Assert.Equal(0, await gateway.ExitCodeAsync());
        Assert.DoesNotContain(" crit ", gateway.Log, StringComparison.Ordinal);
        AssertNoTrace(gateway);
    }

    private static void AssertNoTrace(StartedService gateway) =>
        Assert.DoesNotContain(gateway.Log.Split('\n'), line => line.TrimStart().StartsWith("at ", StringComparison.Ordinal));
}
