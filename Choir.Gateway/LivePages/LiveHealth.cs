using Choir.Observatory;
using Choir.ServiceDefaults.Health;
using Microsoft.Extensions.Options;

namespace Choir.Gateway.LivePages;

/// <summary>
/// Health for the live pages: the same as <c>GET /health</c>, but an actor system that this process has not reached yet is unknown while the
/// process starts. It connects to the cluster after its first health check, and a restart of the gateway is no failure of the actors.
/// </summary>
internal sealed class LiveHealth(IHealthMonitor monitor, IOptions<HealthOptions> options, TimeProvider time) : IObservatoryHealth
{
    private const string Healthy = "healthy";
    private const string Unknown = "unknown";

    private readonly long _startedAt = time.GetTimestamp();
    private volatile bool _wasReached;

    public async Task<IReadOnlyList<ObservatoryComponent>> HealthAsync(CancellationToken cancellationToken)
    {
        var view = await monitor.CurrentAsync(cancellationToken);
        return [.. view.Components.Select(one => Component(one.Key, one.Value))];
    }

    private ObservatoryComponent Component(string name, ComponentHealth health)
    {
        if (name == HealthComponents.ActorSystem)
        {
            _wasReached |= health.Status == Healthy;
            if (!_wasReached && health.Status != Healthy && time.GetElapsedTime(_startedAt) < options.Value.StartGrace)
            {
                return new ObservatoryComponent(name, Unknown, "This process has just started, and is not connected to the actor hosts yet.");
            }
        }

        return new ObservatoryComponent(name, health.Status, health.Reason);
    }
}
