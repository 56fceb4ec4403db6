using Choir.Actors.Messaging;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Choir.Actors.Telemetry;

/// <summary>Once a second, off the message path: starts new windows and drops what has expired.</summary>
internal sealed class TelemetryTicker(
    ActorTelemetry telemetry,
    ProcessClock clock,
    HotMeter hot,
    CatalogueCheck catalogue,
    DiagnosticOverrides diagnostics,
    TimeProvider time,
    ILogger<TelemetryTicker> logger)
    : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private int _window = telemetry.Windows.Current;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        hot.Start();
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                try
                {
                    Tick();
                }
                catch (Exception e)
                {
                    // An exception that leaves here would stop the host.
                    logger.TelemetryFailed(e);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host is stopping.
        }
    }

    private void Tick()
    {
        clock.Tick();
        diagnostics.Tick();
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
