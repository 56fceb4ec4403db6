using Choir.Gateway.Problems;
using Choir.ServiceDefaults.Health;
using Choir.Storage;
using Microsoft.Extensions.Options;

namespace Choir.Gateway.Health;

/// <summary>
/// Fails requests quickly while the database is unavailable: at once if that is known, otherwise as soon as a health check
/// shows it. A frozen database does not refuse connections, so the check runs after <see cref="GatewayOptions.DatabaseCheckDelay"/>.
/// </summary>
internal sealed class DatabaseWatch(IHealthMonitor health, IOptions<GatewayOptions> options, TimeProvider time)
{
    private static readonly string[] Database = [HealthComponents.Database];

    /// <summary>Runs work that only reads, also while the database accepts no changes.</summary>
    /// <param name="work">The work; its token is cancelled when the caller no longer waits.</param>
    /// <param name="cancellationToken">Cancelled when the caller disconnects.</param>
    /// <exception cref="ProblemException">The database is unavailable.</exception>
    public Task<T> ReadAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken) =>
        RunAsync(token => RepeatedRead.RunAsync(() => work(token)), isReading: true, cancellationToken);

    /// <summary>Runs work that changes something.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    public Task<T> ChangeAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken) =>
        RunAsync(work, isReading: false, cancellationToken);

    /// <summary>Throws if a health check that is at most a second old found that the database accepts no changes.</summary>
    /// <param name="cancellationToken">Cancelled when the caller disconnects.</param>
    public Task ThrowIfUnavailableAsync(CancellationToken cancellationToken) => ThrowIfUnavailableAsync(isReading: false, cancellationToken);

    private async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> work, bool isReading, CancellationToken cancellationToken)
    {
        ThrowIfUnavailable(health.LastKnown(HealthComponents.Database), isReading);
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = work(abandoned.Token);
        try
        {
            while (await IsLateAsync(running, cancellationToken))
            {
                await ThrowIfUnavailableAsync(isReading, cancellationToken);
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

    private async Task ThrowIfUnavailableAsync(bool isReading, CancellationToken cancellationToken)
    {
        var view = await health.CurrentAsync(Database, cancellationToken);
        ThrowIfUnavailable(view.Components.GetValueOrDefault(HealthComponents.Database), isReading);
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

    private static void ThrowIfUnavailable(ComponentHealth? database, bool isReading)
    {
        if (database is { IsUnhealthy: true } && !(isReading && database.IsReadable))
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
