using Choir.Tests.Unit.Actors.Inspection;

namespace Choir.Tests.Integration.Gateway;

/// <summary>A gateway whose inspection and operations are those of a real cluster of two hosts.</summary>
public abstract class InspectedGatewayTestBase : IAsyncLifetime
{
    private protected InspectedCluster Cluster { get; private set; } = null!;

    private protected GatewayUnderTest Gateway { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Cluster = await InspectedCluster.StartAsync(silos: 2, options => options.SlowAfter = TimeSpan.FromMilliseconds(100));
        Gateway = await GatewayUnderTest.StartAsync();
        Gateway.Inspection.Cluster = Cluster.Inspection;
        Gateway.Inspection.Operations = Cluster.Operations;
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Cluster.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
