using System.Diagnostics.Metrics;

namespace Choir.ServiceDefaults.Health;

/// <summary>Exports the latest known health of each component. Reading it does not run a check.</summary>
internal sealed class HealthMetrics
{
    public const string MeterName = "Choir.Health";

    private readonly IHealthMonitor _monitor;

    public HealthMetrics(IMeterFactory meters, IHealthMonitor monitor)
    {
        _monitor = monitor;
        meters.Create(MeterName).CreateObservableGauge(
            "health.status", Observe, "{status}", 
            "Health of a component: 0 healthy, 1 degraded, 2 unhealthy. Every process reports what it sees: take the maximum, not the sum.");
    }

    private IEnumerable<Measurement<int>> Observe()
    {
        foreach (var component in HealthComponents.All)
        {
            if (_monitor.LastKnown(component) is { } health)
            {
                yield return new Measurement<int>(Number(health.Status), new KeyValuePair<string, object?>("component", component));
            }
        }
    }

    private static int Number(string status) => status switch
    {
        HealthView.Healthy => 0,
        HealthView.Degraded => 1,
        _ => 2,
    };
}
