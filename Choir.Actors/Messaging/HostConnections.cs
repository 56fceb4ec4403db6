using Orleans;

namespace Choir.Actors.Messaging;

/// <summary>Whether a client of the cluster is connected to any host.</summary>
internal sealed class HostConnections : IClusterConnectionStatusObserver
{
    private volatile bool _areLost;

    /// <summary>Whether the client had connections, and has none now.</summary>
    public bool AreLost => _areLost;

    /// <inheritdoc/>
    public void NotifyGatewayCountChanged(int currentNumberOfGateways, int previousNumberOfGateways, bool connectionRecovered) =>
        _areLost = currentNumberOfGateways == 0;

    /// <inheritdoc/>
    public void NotifyClusterConnectionLost() => _areLost = true;
}
