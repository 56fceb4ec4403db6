using Choir.ServiceDefaults;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Choir.Storage;

/// <summary>Registers where this process serves its metrics, from its start until it stops.</summary>
/// <param name="store">The registered processes.</param>
/// <param name="own">This process; null while it does not serve metrics.</param>
/// <param name="lifetime">The host's lifetime.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Logs failures.</param>
internal sealed class MetricsTargetHeartbeat(
    MetricsTargetStore store,
    Func<MetricsTarget?> own,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<MetricsTargetHeartbeat> logger)
    : PeriodicService(MetricsTargetStore.Interval, time, logger)
{
    private static readonly TimeSpan RemovalTimeout = TimeSpan.FromSeconds(2);

    // Soon, because the registration also tells whether the database accepts writes again.
    protected override TimeSpan RetryInterval => TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await HostStartedAsync(lifetime, stoppingToken);
        await base.ExecuteAsync(stoppingToken);
        await TryRemoveAsync();
    }

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        if (own() is { } target)
        {
            await store.RegisterAsync(store.Process, target, cancellationToken);
        }
    }

    private async Task TryRemoveAsync()
    {
        using var timeout = new CancellationTokenSource(RemovalTimeout, Time);
        try
        {
            await store.RemoveAsync(store.Process, timeout.Token);
        }
        catch (Exception e) when (e is OperationCanceledException || DatabaseFault.Of(e) is not null)
        {
            // The entry expires.
        }
    }
}
