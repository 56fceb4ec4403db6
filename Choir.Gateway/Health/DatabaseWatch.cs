using Choir.Gateway.Problems;
using Choir.ServiceDefaults.Health;
using Microsoft.Extensions.Options;

namespace Choir.Gateway.Health;

/// <summary>
/// Lets no caller wait for a database that is away: neither at once, when that is known, nor when it stops answering in
/// the middle. A frozen database refuses nothing, it just says nothing, so time is what tells.
/// </summary>
internal sealed class DatabaseWatch(IHealthMonitor health, IOptions<GatewayOptions> options, TimeProvider time)
{
    private static readonly string[] Database = [HealthComponents.Database];

    /// <summary>Does work that needs the database.</summary>
    /// <param name="work">The work; its token fires when nobody waits for it any more.</param>
    /// <param name="cancellationToken">The caller went away.</param>
    /// <exception cref="ProblemException">The database is away.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        ThrowIfAway(health.LastKnown(HealthComponents.Database));
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = work(abandoned.Token);
        try
        {
            while (await IsLateAsync(running, cancellationToken))
            {
                await ThrowIfAwayAsync(cancellationToken);
            }

            return await running;
        }
        finally
        {
            if (!running.IsCompleted)
            {
                Forget(running);
                await abandoned.CancelAsync();
            }
        }
    }

    /// <summary>Throws if the database is away by a look that is at most a second old.</summary>
    /// <param name="cancellationToken">The caller went away.</param>
    public async Task ThrowIfAwayAsync(CancellationToken cancellationToken)
    {
        var view = await health.CurrentAsync(Database, cancellationToken);
        ThrowIfAway(view.Components.GetValueOrDefault(HealthComponents.Database));
    }

    private async Task<bool> IsLateAsync(Task running, CancellationToken cancellationToken)
    {
        try
        {
            await running.WaitAsync(options.Value.Patience, time, cancellationToken);
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

    private static void ThrowIfAway(ComponentHealth? database)
    {
        if (database is { IsUnhealthy: true })
        {
            throw ProblemException.DatabaseUnavailable(database.Reason);
        }
    }

    // An exception that comes after everybody left must not count as unobserved.
    private static void Forget(Task task) =>
        task.ContinueWith(
            static done => _ = done.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
}
