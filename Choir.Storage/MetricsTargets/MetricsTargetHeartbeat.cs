using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Choir.Storage;

/// <summary>Says again and again where this process serves its metrics, from when it serves anything until it stops.</summary>
/// <param name="store">Where it is said.</param>
/// <param name="own">Where it is; null while nothing is served.</param>
/// <param name="lifetime">Tells when the process serves.</param>
/// <param name="time">The clock.</param>
internal sealed class MetricsTargetHeartbeat(
    MetricsTargetStore store, Func<MetricsTarget?> own, IHostApplicationLifetime lifetime, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly Guid _process = Guid.NewGuid();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var onStart = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            await started.Task.WaitAsync(stoppingToken);
            do
            {
                await TryRegisterAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await TryRemoveAsync();
        }
    }

    private async Task TryRegisterAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (own() is { } target)
            {
                await store.RegisterAsync(_process, target, cancellationToken);
            }
        }
        catch (NpgsqlException)
        {
            // The health check says that the server is away.
        }
    }

    // Without it whoever scrapes would look for this process in vain for a while.
    private async Task TryRemoveAsync()
    {
        using var limit = new CancellationTokenSource(Farewell, time);
        try
        {
            await store.RemoveAsync(_process, limit.Token);
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException)
        {
            // It expires.
        }
    }
}
