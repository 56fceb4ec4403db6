using System.Net;
using System.Net.Sockets;
using Choir.AppHost.Infrastructure;

namespace Choir.Tests.Unit.AppHost;

public class PortCheckTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_port_in_use_stops_the_start_with_a_remedy()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var refused = await Assert.ThrowsAsync<InfrastructureException>(
            () => PortCheck.WaitUntilFreeAsync(Port(other), "taken", afterKilledRun: false, Token));
        Assert.Equal("taken", refused.Message);
    }

    [Fact]
    public async Task A_port_used_by_a_killed_run_is_awaited()
    {
        var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var waiting = PortCheck.WaitUntilFreeAsync(Port(other), "taken", afterKilledRun: true, Token);
        Assert.False(waiting.IsCompleted);

        other.Dispose();

        await waiting;
    }

    [Fact]
    public void A_tool_that_does_not_start_with_Choir_takes_another_port_while_its_own_is_in_use()
    {
        var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = Port(other);
        Assert.Null(PortCheck.IfFree(port));

        other.Dispose();

        Assert.Equal(port, PortCheck.IfFree(port));
    }

    private static int Port(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;
}
