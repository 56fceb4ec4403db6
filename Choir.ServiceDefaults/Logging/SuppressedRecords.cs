using Microsoft.Extensions.Logging;

namespace Choir.ServiceDefaults.Logging;

/// <summary>
/// Writes once a minute, and when the service stops, how many records were suppressed. Otherwise the number would be known only
/// when another record of the kind is written.
/// </summary>
internal sealed class SuppressedRecords(LimitedLoggerFactory loggers, TimeProvider time, ILogger<SuppressedRecords> logger)
    : PeriodicService(TimeSpan.FromMinutes(1), time, logger)
{
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        loggers.WriteSuppressed();
    }

    protected override Task RunAsync(CancellationToken cancellationToken)
    {
        loggers.WriteSuppressed();
        return Task.CompletedTask;
    }
}
