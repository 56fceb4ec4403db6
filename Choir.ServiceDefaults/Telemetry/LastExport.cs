using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Choir.ServiceDefaults.Telemetry;

/// <summary>Exports the remaining telemetry when a service stops.</summary>
internal static class LastExport
{
    /// <summary>How long an unresponsive collector may delay the exit.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    // For a provider that does not keep to the limit.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Shuts down the providers of traces, metrics and logs in parallel. Disposing them would do it sequentially, with a timeout
    /// of five seconds each.
    /// </summary>
    /// <param name="services">The service's providers. A start that failed may not have created them; then their own failure is logged.</param>
    /// <param name="logger">Logs what could not be sent.</param>
    public static async Task SendAsync(IServiceProvider services, ILogger logger)
    {
        var limit = (int)Limit.TotalMilliseconds;
        var all = Task.WhenAll(
            Send(() => services.GetService<TracerProvider>()?.Shutdown(limit)),
            Send(() => services.GetService<MeterProvider>()?.Shutdown(limit)),
            Send(() => services.GetService<LoggerProvider>()?.Shutdown(limit)));
        try
        {
            await all.WaitAsync(Limit + Grace);
        }
        catch (TimeoutException)
        {
            logger.LastExportFailed($"it took more than {Limit.TotalSeconds} s");
        }

        Task Send(Action shutdown) => Task.Run(() =>
        {
            try
            {
                shutdown();
            }
            catch (Exception exception)
            {
                logger.LastExportFailed(exception.Message);
            }
        });
    }
}
