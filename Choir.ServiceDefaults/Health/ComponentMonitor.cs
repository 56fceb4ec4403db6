using Microsoft.Extensions.Logging;

namespace Choir.ServiceDefaults.Health;

/// <summary>Caches the health of one component for all callers, and logs changes of its status.</summary>
internal sealed class ComponentMonitor(HealthProbe probe, HealthOptions options, TimeProvider time, ILogger logger)
{
    private readonly long _startedAt = time.GetTimestamp();
    private readonly Lock _gate = new();
    private Task<ComponentHealth>? _check;
    private long _checkedAt;
    private volatile ComponentHealth? _last;
    private bool _isStarting = true;

    public string Component => probe.Component;

    /// <summary>The latest result; null before the first check.</summary>
    public ComponentHealth? Last => _last;

    /// <summary>The latest result if it is fresh; otherwise that of the running check or of a new one.</summary>
    public Task<ComponentHealth> CurrentAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_check is null || (_check.IsCompleted && IsExpired()))
            {
                _check = CheckAsync();
            }

            return _check.WaitAsync(cancellationToken);
        }
    }

    private bool IsExpired() => time.GetElapsedTime(Volatile.Read(ref _checkedAt)) >= options.CacheTime;

    // One check runs at a time, so the previous status is known. The age of a result starts at the end of its check.
    private async Task<ComponentHealth> CheckAsync()
    {
        var health = await probe.CheckAsync();
        if (IsChange(health))
        {
            Report(health);
        }

        Volatile.Write(ref _checkedAt, time.GetTimestamp());
        return _last = health;
    }

    private bool IsChange(ComponentHealth health)
    {
        if (!_isStarting)
        {
            return health.Status != _last!.Status;
        }

        _isStarting = health.Status != HealthView.Healthy && time.GetElapsedTime(_startedAt) < options.StartGrace;
        return !_isStarting;
    }

    private void Report(ComponentHealth health)
    {
        switch (health.Status)
        {
            case HealthView.Healthy:
                logger.ComponentHealthy(Component);
                break;
            case HealthView.Degraded:
                logger.ComponentDegraded(Component, health.Reason!);
                break;
            default:
                logger.ComponentUnhealthy(Component, health.Reason!, HealthComponents.Impact(Component));
                break;
        }
    }
}
