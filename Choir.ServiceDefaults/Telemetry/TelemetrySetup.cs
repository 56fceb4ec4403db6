using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Choir.ServiceDefaults.Telemetry;

/// <summary>Which meters, sources and logs leave the process, and how.</summary>
internal static class TelemetrySetup
{
    private static readonly string[] Meters =
        ["Choir.*", "Microsoft.Orleans", "Npgsql", "Experimental.Microsoft.Extensions.AI"];

    private static readonly string[] Sources = ["Choir.*", "Npgsql", "Experimental.Microsoft.Extensions.AI"];

    // What probes and scrapers ask for every few seconds: a trace each would drown the others.
    private static readonly string[] Untraced = ["/alive", "/ready", "/health", "/metrics"];

    public static void AddTelemetry(this IHostApplicationBuilder builder, ServiceIdentity identity)
    {
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => Describe(resource, identity, builder.Configuration))
            .WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                .AddMeter(Meters)
                .AddPrometheusExporter())
            .WithTracing(traces => traces
                .AddAspNetCoreInstrumentation(options => options.Filter = IsTraced)
                .AddHttpClientInstrumentation()
                .AddSource(Sources));

        if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is not { Length: > 0 })
            return;

        telemetry.WithLogging(configureBuilder: null, options =>
        {
            options.IncludeFormattedMessage = true;
            options.IncludeScopes = true;
        });
        telemetry.UseOtlpExporter();
    }

    private static void Describe(ResourceBuilder resource, ServiceIdentity identity, IConfiguration configuration)
    {
        // An orchestrator names the instance in this variable; each replica needs a name of its own otherwise too.
        var isNamed = configuration["OTEL_RESOURCE_ATTRIBUTES"]?
            .Contains("service.instance.id=", StringComparison.Ordinal) == true;
        resource.AddService(
            identity.Service, ServiceIdentity.System, identity.Version, autoGenerateServiceInstanceId: !isNamed);
        resource.AddAttributes([
            new("deployment.environment.name", identity.Environment),
            new("host.name", identity.Host),
        ]);
    }

    private static bool IsTraced(HttpContext context) =>
        !Array.Exists(Untraced, path => context.Request.Path.StartsWithSegments(path, StringComparison.Ordinal));
}
