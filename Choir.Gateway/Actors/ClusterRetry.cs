using Orleans;

namespace Choir.Gateway.Actors;

/// <summary>Retries connecting to the cluster without a limit. Until it succeeds, <c>/ready</c> answers 503.</summary>
internal sealed class ClusterRetry(TimeProvider time, ILogger<ClusterRetry> logger) : IClientConnectionRetryFilter
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(30);

    private long _loggedAt;

    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        if (_loggedAt == 0 || time.GetElapsedTime(_loggedAt) > LogInterval)
        {
            _loggedAt = time.GetTimestamp();
            logger.ClusterAwaited(exception.Message);
        }

        await Task.Delay(RetryDelay, time, cancellationToken);
        return true;
    }
}
