using Microsoft.Extensions.Hosting;

namespace Choir.Actors.Telemetry;

/// <summary>Once a second: begins windows, and lets go of what is over. All of it off the message path.</summary>
internal sealed class TelemetryTicker(
    ActorTelemetry telemetry, HotMeter hot, DiagnosticOverrides diagnostics, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        hot.Start();
        var window = telemetry.Windows.Current;
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                diagnostics.Tick();
                hot.Tick();
                foreach (var type in telemetry.Types)
                {
                    type.Hot.Tick(type.Live);
                }

                telemetry.Recent.Tick();
                if (telemetry.Windows.Current is var now && now != window)
                {
                    window = now;
                    foreach (var kind in telemetry.Kinds)
                    {
                        kind.Slowest.Turn();
                    }
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }
}
