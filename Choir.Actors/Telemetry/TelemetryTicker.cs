using Choir.Actors.Inspection;
using Choir.Actors.Messaging;
using Choir.Actors.Operations;
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
    Quarantines quarantines,
    PossibleDeadlockWatch possibleDeadlocks,
    TimeProvider time,
    ILogger<TelemetryTicker> logger)
    : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private int _window = telemetry.Windows.Current;
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
        clock.Tick();
        diagnostics.Rules.RemoveEnded();
        quarantines.Tick();
        hot.Tick();
        foreach (var type in telemetry.Types)
        {
            type.Hot.Tick(type.Live, type.InFlight);
        }

        catalogue.Tick();
        possibleDeadlocks.Tick();
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
