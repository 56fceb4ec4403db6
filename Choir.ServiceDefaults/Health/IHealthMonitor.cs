namespace Choir.ServiceDefaults.Health;

/// <summary>Knows how the components are. Any number of callers share one look at each component.</summary>
public interface IHealthMonitor
{
    /// <summary>How all components are, at most <see cref="HealthOptions.CacheTime"/> old.</summary>
    /// <param name="cancellationToken">Gives up waiting; the look goes on for the others.</param>
    Task<HealthView> CurrentAsync(CancellationToken cancellationToken);

    /// <summary>How some components are, without waiting for the others.</summary>
    /// <param name="components">Their names, of <see cref="HealthComponents"/>; those that have no check are left out.</param>
    /// <param name="cancellationToken">Gives up waiting; the look goes on for the others.</param>
    Task<HealthView> CurrentAsync(IEnumerable<string> components, CancellationToken cancellationToken);

    /// <summary>The latest answer about a component, without looking; null before the first or without a check.</summary>
    /// <param name="component">Its name.</param>
    ComponentHealth? LastKnown(string component);
}
