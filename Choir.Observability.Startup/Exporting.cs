using System.Runtime.CompilerServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Choir.Observability.Startup;

/// <summary>
/// Decides where metrics and spans go, each apart: to the application's OpenTelemetry where it has one, else to the OTLP endpoint of the
/// settings.
/// </summary>
internal static class Exporting
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <returns>Why nothing is exported, a sentence; null if something is.</returns>
    public static string? AddTo(IServiceCollection services, IConfiguration configuration, bool canExport)
    {
        var (metrics, traces) = (Find<MeterProvider>(services), Find<TracerProvider>(services));
        var exports = false;
        if (TakesMore(metrics))
        {
            services.ConfigureOpenTelemetryMeterProvider(provider => provider.AddChoirObservability());
            exports = true;
        }
        else if (metrics is null && canExport && IsSet(configuration, "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"))
        {
            ExportMetrics(services);
            exports = true;
        }

        if (TakesMore(traces))
        {
            services.ConfigureOpenTelemetryTracerProvider(provider => provider.AddChoirObservability());
            exports = true;
        }
        else if (traces is null && canExport && IsSet(configuration, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"))
        {
            ExportTraces(services);
            exports = true;
        }

        return exports ? null
            : metrics is not null || traces is not null ? "nothing can be added to the application's OpenTelemetry, which was built outside its host."
            : canExport ? $"the application has no OpenTelemetry of its own, and {Endpoint} is not set."
            : "the application has an older OpenTelemetry than Choir, to which no exporter can be added, and does not use it itself.";
    }

    private static ServiceDescriptor? Find<TProvider>(IServiceCollection services) => services.LastOrDefault(service => service.ServiceType == typeof(TProvider));

    private static bool TakesMore(ServiceDescriptor? provider) => provider is { IsKeyedService: false, ImplementationInstance: null };

    private static bool IsSet(IConfiguration configuration, string ofOneSignal) =>
        !string.IsNullOrWhiteSpace(configuration[Endpoint]) || !string.IsNullOrWhiteSpace(configuration[ofOneSignal]);

    // Methods of their own, because the assemblies that they need are not loaded beside an older OpenTelemetry.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ExportMetrics(IServiceCollection services) =>
        services.AddOpenTelemetry().WithMetrics(provider => provider.AddChoirObservability().AddOtlpExporter());

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ExportTraces(IServiceCollection services) =>
        services.AddOpenTelemetry().WithTracing(provider => provider.AddChoirObservability().AddOtlpExporter());
}
