using Choir.Observatory;
using Choir.ServiceDefaults.Health;

namespace Choir.Gateway.LivePages;

/// <summary>Health for the live pages: the same as <c>GET /health</c>.</summary>
internal sealed class LiveHealth(IHealthMonitor monitor) : IObservatoryHealth
{
    public async Task<IReadOnlyList<ObservatoryComponent>> HealthAsync(CancellationToken cancellationToken)
    {
        var view = await monitor.CurrentAsync(cancellationToken);
        return [.. view.Components.Select(one => new ObservatoryComponent(one.Key, one.Value.Status, one.Value.Reason))];
    }
}
