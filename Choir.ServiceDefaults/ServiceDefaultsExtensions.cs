using Choir.ServiceDefaults.Health;
using Choir.ServiceDefaults.Http;
using Choir.ServiceDefaults.Logging;
using Choir.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Choir.ServiceDefaults;

/// <summary>Registers the defaults of every Choir service.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>
    /// Adds telemetry export, structured logs, the health API, service discovery and resilient HTTP clients.
    /// </summary>
    /// <remarks>
    /// Health checks are registered with <c>AddHealthChecks()</c> under the names of <see cref="HealthComponents"/>.
    /// </remarks>
    /// <param name="builder">The service's builder.</param>
    /// <param name="service">
    /// The service's name in logs, metrics and traces, if <c>OTEL_SERVICE_NAME</c> is not set; null for the application's name.
    /// </param>
    /// <typeparam name="TBuilder">The builder's type.</typeparam>
    /// <returns>The same builder.</returns>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder, string? service = null)
        where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        LocalProxyBypass.Apply();
        var identity = ServiceIdentity.Create(builder.Configuration, builder.Environment, service);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(identity);
        builder.AddStructuredLogs();
        builder.AddTelemetry(identity);
        builder.AddHealthApi();
        builder.AddReloadWatch();
        builder.Services.AddSingleton<IDeveloperPageExceptionFilter, NoDeveloperPage>();
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(http =>
        {
            // A POST that timed out or was answered with an error may have had its effect.
            http.AddStandardResilienceHandler(resilience => resilience.Retry.DisableForUnsafeHttpMethods());
            http.AddServiceDiscovery();
        });
        return builder;
    }

    private static void AddReloadWatch(this IHostApplicationBuilder builder)
    {
        ReloadedOptions.Watch<TelemetryOptions>(builder.Services);
        ReloadedOptions.Watch<SimpleConsoleFormatterOptions>(builder.Services);
        ReloadedOptions.Watch<LoggerFilterOptions>(builder.Services);
        builder.Services.AddHostedService<ReloadWatch>();
    }

    /// <summary>Maps <c>/alive</c>, <c>/ready</c>, <c>/health</c> and <c>/metrics</c>, all without authentication.</summary>
    /// <param name="app">The service.</param>
    /// <returns>The same service.</returns>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.MapHealthApi();
        app.MapPrometheusScrapingEndpoint("/metrics").AllowAnonymous();
        return app;
    }
}
