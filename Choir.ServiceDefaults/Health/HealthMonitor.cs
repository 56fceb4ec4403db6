using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Choir.ServiceDefaults.Health;

/// <inheritdoc cref="IHealthMonitor"/>
/// <remarks>Also checks every few seconds without a caller, so that changes are logged.</remarks>
internal sealed class HealthMonitor(
    IOptions<HealthOptions> options,
    IOptions<HealthCheckServiceOptions> checks,
    IServiceScopeFactory scopes,
    TimeProvider time,
    ILogger<HealthMonitor> logger) : PeriodicService(options.Value.RefreshInterval, time, logger), IHealthMonitor
{
    private readonly ComponentMonitor[] _monitors = [..
        from name in HealthComponents.All
        from check in checks.Value.Registrations
        where check.Name == name
        let probe = new HealthProbe(check, scopes, time, options.Value.CheckTimeout)
        select new ComponentMonitor(probe, options.Value, time, logger)];

    public Task<HealthView> CurrentAsync(CancellationToken cancellationToken) =>
        CurrentAsync(HealthComponents.All, cancellationToken);

    public async Task<HealthView> CurrentAsync(IEnumerable<string> components, CancellationToken cancellationToken)
    {
        var selected = _monitors.Where(monitor => components.Contains(monitor.Component, StringComparer.Ordinal)).ToArray();
        var results = await Task.WhenAll(selected.Select(monitor => monitor.CurrentAsync(cancellationToken)));
        return HealthView.Of(selected.Zip(results).ToDictionary(
            pair => pair.First.Component, pair => pair.Second, StringComparer.Ordinal));
    }

    public ComponentHealth? LastKnown(string component) =>
        Array.Find(_monitors, monitor => monitor.Component == component)?.Last;

    protected override Task RunAsync(CancellationToken cancellationToken) => CurrentAsync(cancellationToken);
}
