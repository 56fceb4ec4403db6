using Microsoft.Extensions.Logging;

namespace Choir.ServiceDefaults.Health;

/// <summary>Keeps one component's latest answer, shares it among those who ask, and logs when its state changes.</summary>
internal sealed class ComponentMonitor(HealthProbe probe, HealthOptions options, TimeProvider time, ILogger logger)
{
    private readonly long _startedAt = time.GetTimestamp();
    private readonly Lock _gate = new();
    private Task<ComponentHealth>? _look;
    private long _lookedAt;
    private volatile ComponentHealth? _last;
    private bool _isStarting = true;

    public string Component => probe.Component;

    /// <summary>The latest answer; null before the first.</summary>
    public ComponentHealth? Last => _last;

    /// <summary>The latest answer if it is fresh, or a new one, or the one that is already being waited for.</summary>
    public Task<ComponentHealth> CurrentAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_look is null || (_look.IsCompleted && IsOld()))
            {
                _look = LookAsync();
            }

            return _look.WaitAsync(cancellationToken);
        }
    }

    private bool IsOld() => time.GetElapsedTime(Volatile.Read(ref _lookedAt)) >= options.CacheTime;

    // The age counts from the end of a look; one look at a time, so the state before it is known for sure.
    private async Task<ComponentHealth> LookAsync()
    {
        var health = await probe.AskAsync();
        if (IsNews(health))
        {
            Report(health);
        }

        Volatile.Write(ref _lookedAt, time.GetTimestamp());
        return _last = health;
    }

    private bool IsNews(ComponentHealth health)
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
