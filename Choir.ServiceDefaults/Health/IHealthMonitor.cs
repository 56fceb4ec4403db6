namespace Choir.ServiceDefaults.Health;

/// <summary>The health of the components. Concurrent callers share one check of each component.</summary>
public interface IHealthMonitor
{
    /// <summary>The health of all components, at most <see cref="HealthOptions.CacheTime"/> old.</summary>
    /// <param name="cancellationToken">Stops waiting; the check continues for other callers.</param>
    Task<HealthView> CurrentAsync(CancellationToken cancellationToken);

    /// <summary>The health of some components.</summary>
    /// <param name="components">Names of <see cref="HealthComponents"/>; those without a registered check are omitted.</param>
    /// <param name="cancellationToken">Stops waiting; the check continues for other callers.</param>
    Task<HealthView> CurrentAsync(IEnumerable<string> components, CancellationToken cancellationToken);

    /// <summary>The latest known health of a component; null before the first check or without a registered one.</summary>
    /// <param name="component">The component's name.</param>
    ComponentHealth? LastKnown(string component);
}
