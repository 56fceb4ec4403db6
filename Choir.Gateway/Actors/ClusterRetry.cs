using Orleans;

namespace Choir.Gateway.Actors;

/// <summary>Waits for the cluster as long as it takes; meanwhile <c>/ready</c> says that the gateway is not ready.</summary>
internal sealed class ClusterRetry(TimeProvider time, ILogger<ClusterRetry> logger) : IClientConnectionRetryFilter
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    private long _loggedAt;

    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        if (_loggedAt == 0 || time.GetElapsedTime(_loggedAt) > Silence)
        {
            _loggedAt = time.GetTimestamp();
            logger.ClusterAwaited(exception.Message);
        }

        await Task.Delay(Pause, time, cancellationToken);
        return true;
    }
}
