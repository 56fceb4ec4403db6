using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Choir.ServiceDefaults;

/// <summary>Runs the same work when the service starts and then at a fixed interval, until the host stops.</summary>
/// <remarks>
/// A failed run does not end the service or its host. The first failure is logged, the following ones are counted, and the
/// next success is logged with their number.
/// </remarks>
/// <param name="interval">The time between the starts of two runs.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Logs failures.</param>
public abstract class PeriodicService(TimeSpan interval, TimeProvider time, ILogger logger) : BackgroundService
{
    private int _failures;

    /// <summary>
    /// The time to the next run after a first failure; the interval by default. It doubles with each further failure, up to
    /// the interval.
    /// </summary>
    protected virtual TimeSpan RetryInterval => interval;

    /// <summary>The clock.</summary>
    protected TimeProvider Time { get; } = time;

    /// <summary>The time to the next run after a number of failures in a row.</summary>
    internal static TimeSpan RetryDelay(TimeSpan first, TimeSpan interval, int failures) =>
        TimeSpan.FromTicks((long)Math.Min(first.Ticks * Math.Pow(2, failures - 1), Math.Max(first.Ticks, interval.Ticks)));

    /// <summary>Runs the work once.</summary>
    /// <param name="cancellationToken">Cancelled when the host stops.</param>
    protected abstract Task RunAsync(CancellationToken cancellationToken);

    /// <summary>Completes when the host has started.</summary>
    /// <param name="lifetime">The host's lifetime.</param>
    /// <param name="cancellationToken">Cancelled when the host stops.</param>
    protected static async Task HostStartedAsync(IHostApplicationLifetime lifetime, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lifetime);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var onStarted = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        await started.Task.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, Time);
        try
        {
            do
            {
                var next = await TryRunAsync(stoppingToken) ? interval : RetryDelay(RetryInterval, interval, _failures);
                if (timer.Period != next)
                {
                    timer.Period = next;
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops, and what a run needs may have stopped before.
        }
    }

    private async Task<bool> TryRunAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RunAsync(stoppingToken);
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            if (_failures++ == 0)
            {
                logger.PeriodicServiceFailed(exception, GetType().Name, RetryInterval.TotalSeconds);
            }

            return false;
        }

        if (_failures > 0)
        {
            logger.PeriodicServiceRecovered(GetType().Name, _failures);
            _failures = 0;
        }

        return true;
    }
}
