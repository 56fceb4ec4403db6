using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Choir.ServiceDefaults.Health;

/// <summary>Logs when a component's state changes, and only then. Called by one evaluation at a time.</summary>
internal sealed class HealthChanges(ILogger logger, TimeProvider time, TimeSpan startGrace)
{
    private readonly long startedAt = time.GetTimestamp();
    private readonly Dictionary<string, HealthStatus> last = new(StringComparer.Ordinal);

    public void Note(IEnumerable<KeyValuePair<string, ComponentHealth>> components)
    {
        foreach (var (component, health) in components)
        {
            var isKnown = last.TryGetValue(component, out var before);
            if ((isKnown && before == health.State) || (!isKnown && IsStarting(health)))
                continue;

            last[component] = health.State;
            Report(component, health);
        }
    }

    private bool IsStarting(ComponentHealth health) =>
        health.State != HealthStatus.Healthy && time.GetElapsedTime(startedAt) < startGrace;

    private void Report(string component, ComponentHealth health)
    {
        switch (health.State)
        {
            case HealthStatus.Healthy:
                logger.ComponentHealthy(component);
                break;
            case HealthStatus.Degraded:
                logger.ComponentDegraded(component, health.Reason!);
                break;
            default:
                logger.ComponentUnhealthy(component, health.Reason!, HealthComponents.Impact(component));
                break;
        }
    }
}
