using Choir.Gateway.Problems;
using Choir.ServiceDefaults.Health;
using Microsoft.Extensions.Options;

namespace Choir.Gateway.Health;

/// <summary>
/// Fails requests quickly while the database is unavailable: at once if that is known, otherwise as soon as a health check
/// shows it. A frozen database does not refuse connections, so the check runs after <see cref="GatewayOptions.DatabaseCheckDelay"/>.
/// </summary>
internal sealed class DatabaseWatch(IHealthMonitor health, IOptions<GatewayOptions> options, TimeProvider time)
{
    private static readonly string[] Database = [HealthComponents.Database];

    /// <param name="work">The work; its token is cancelled when the caller no longer waits.</param>
    /// <param name="cancellationToken">Cancelled when the caller disconnects.</param>
    /// <exception cref="ProblemException">The database is unavailable.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        ThrowIfUnavailable(health.LastKnown(HealthComponents.Database));
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = work(abandoned.Token);
        try
        {
            while (await IsLateAsync(running, cancellationToken))
            {
                await ThrowIfUnavailableAsync(cancellationToken);
            }

            return await running;
        }
        finally
        {
            if (!running.IsCompleted)
            {
                ObserveException(running);
                await abandoned.CancelAsync();
            }
        }
    }

    /// <summary>Throws if a health check that is at most a second old found the database unavailable.</summary>
    /// <param name="cancellationToken">Cancelled when the caller disconnects.</param>
    public async Task ThrowIfUnavailableAsync(CancellationToken cancellationToken)
    {
        var view = await health.CurrentAsync(Database, cancellationToken);
        ThrowIfUnavailable(view.Components.GetValueOrDefault(HealthComponents.Database));
    }

    private async Task<bool> IsLateAsync(Task running, CancellationToken cancellationToken)
    {
        try
        {
            await running.WaitAsync(options.Value.DatabaseCheckDelay, time, cancellationToken);
        }
        catch (Exception) when (running.IsCompleted)
        {
            // The caller awaits it and sees its exception.
        }
        catch (TimeoutException)
        {
            return true;
        }

        return false;
    }

    private static void ThrowIfUnavailable(ComponentHealth? database)
    {
        if (database is { IsUnhealthy: true })
        {
            throw ProblemException.DatabaseUnavailable(database.Reason);
        }
    }

    // Observes an exception that is thrown after the caller stopped waiting.
    private static void ObserveException(Task task) =>
        task.ContinueWith(
            static done => _ = done.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
}
