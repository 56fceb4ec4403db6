using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Choir.Observability.Startup;

/// <summary>
/// Decides where metrics and spans go: to the application's OpenTelemetry where it has one, else to the OTLP endpoint of the settings.
/// Both signals are decided apart.
/// </summary>
internal static class Exporting
{
    /// <summary>The standard setting for the address of all signals.</summary>
    public const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private const string MetricsEndpoint = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT";
    private const string TracesEndpoint = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";

    /// <returns>Whether anything is exported.</returns>
    public static bool AddTo(IServiceCollection services, IConfiguration configuration)
    {
        var (metrics, traces) = (Has<MeterProvider>(services), Has<TracerProvider>(services));
        if (metrics)
        {
            services.ConfigureOpenTelemetryMeterProvider(provider => provider.AddChoirObservability());
        }
        else if (IsSet(configuration, Endpoint, MetricsEndpoint))
        {
            services.AddOpenTelemetry().WithMetrics(provider => provider.AddChoirObservability().AddOtlpExporter());
            metrics = true;
        }

        if (traces)
        {
            services.ConfigureOpenTelemetryTracerProvider(provider => provider.AddChoirObservability());
        }
        else if (IsSet(configuration, Endpoint, TracesEndpoint))
        {
            services.AddOpenTelemetry().WithTracing(provider => provider.AddChoirObservability().AddOtlpExporter());
            traces = true;
        }

        return metrics || traces;
    }

    private static bool Has<TProvider>(IServiceCollection services) => services.Any(service => service.ServiceType == typeof(TProvider));

    private static bool IsSet(IConfiguration configuration, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (!string.IsNullOrWhiteSpace(configuration[name]))
            {
                return true;
            }
        }

        return false;
    }
}
