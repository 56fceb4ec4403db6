using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Choir.ServiceDefaults.Telemetry;

/// <summary>Exports the remaining telemetry when a service stops.</summary>
internal static class LastExport
{
    /// <summary>How long an unresponsive collector may delay the exit.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Shuts down the providers of traces, metrics and logs in parallel. Disposing them would do it sequentially, with a timeout
    /// of five seconds each.
    /// </summary>
    public static Task SendAsync(IServiceProvider services)
    {
        var limit = (int)Limit.TotalMilliseconds;
        return Task.WhenAll(
            Task.Run(() => services.GetService<TracerProvider>()?.Shutdown(limit)),
            Task.Run(() => services.GetService<MeterProvider>()?.Shutdown(limit)),
            Task.Run(() => services.GetService<LoggerProvider>()?.Shutdown(limit)));
    }
}
