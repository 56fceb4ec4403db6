using Microsoft.Extensions.Logging;

namespace Choir.Observability;

/// <summary>
/// Warns once if a meter provider that was built outside of the hosts exports the metrics of several silos of the process: of counters and gauges that
/// are observed, OpenTelemetry takes the value of one silo for the series of all.
/// </summary>
internal sealed class SharedProviderWatch : ITicking, IDisposable
{
    private static int _silos;

    private readonly QuietLogger _logger;
    private int _isDisposed;
    private bool _isReported;

    public SharedProviderWatch(ILogger<SharedProviderWatch> logger)
    {
        _logger = new QuietLogger(logger);
        Interlocked.Increment(ref _silos);
    }

    /// <inheritdoc/>
    public void Tick()
    {
        if (!_isReported && Volatile.Read(ref _silos) > 1 && BulkProvider.HasOneWithoutHost)
        {
            _isReported = true;
            _logger.ProviderShared();
        }
    }

    /// <summary>Counts its silo no more. The services dispose it once for each type that it is registered as.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            Interlocked.Decrement(ref _silos);
        }
    }
}
