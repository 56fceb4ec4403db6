using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Choir.ServiceDefaults.Telemetry;

/// <summary>Sends what is still held when a service ends.</summary>
internal static class LastExport
{
    /// <summary>How long a collector that does not answer may hold up the end of a service.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Shuts down traces, metrics and logs side by side. Disposing the providers would do it too, one after another, each
    /// with a limit of its own of five seconds.
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
