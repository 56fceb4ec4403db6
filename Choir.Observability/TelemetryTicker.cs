using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Choir.Observability;

/// <summary>Once a second, off the message path: starts new windows and drops what has expired.</summary>
internal sealed class TelemetryTicker(
    ActorTelemetry telemetry,
    HotMeter hot,
    CatalogueCheck catalogue,
    DiagnosticOverrides diagnostics,
    IEnumerable<ITicking> others,
    TimeProvider time,
    ILogger<TelemetryTicker> logger)
    : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private int _window = telemetry.Windows.Current;
    private readonly ITicking[] _others = [.. others];
    private bool _hasFailed;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        RunSafely(hot.Start);
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                RunSafely(Tick);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host is stopping.
        }
    }

    /// <summary>Contains an exception, which would stop the host, and logs the first one until a success.</summary>
    private void RunSafely(Action work)
    {
        try
        {
            work();
            _hasFailed = false;
        }
        catch (Exception e)
        {
            if (!_hasFailed)
            {
                logger.TelemetryFailed(e);
            }

            _hasFailed = true;
        }
    }

    private void Tick()
    {
        Array.ForEach(_others, other => other.Tick());
        diagnostics.Rules.RemoveEnded();
        hot.Tick();
        foreach (var type in telemetry.Types)
        {
            type.Hot.Tick(type.Live, type.InFlight);
        }

        catalogue.Tick();
        telemetry.Recent.Tick();
        if (telemetry.Windows.Current is var now && now != _window)
        {
            _window = now;
            foreach (var kind in telemetry.Kinds)
            {
                kind.Slowest.Rotate();
            }
        }
    }
}
