using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Choir.Tests.Support;

/// <summary>A health check with a result set by the test, which counts its calls.</summary>
internal sealed class ScriptedCheck : IHealthCheck
{
    private static readonly Func<CancellationToken, Task<HealthCheckResult>> Always = _ => Task.FromResult(HealthCheckResult.Healthy());

    private int _asked;

    public Func<CancellationToken, Task<HealthCheckResult>> Answer { get; set; } = Always;

    public int Asked => Volatile.Read(ref _asked);

    public void Says(HealthCheckResult result) => Answer = _ => Task.FromResult(result);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _asked);
        return Answer(cancellationToken);
    }

    /// <summary>Answers as at first, and forgets its calls.</summary>
    public void Forget() => (Answer, _asked) = (Always, 0);
}
