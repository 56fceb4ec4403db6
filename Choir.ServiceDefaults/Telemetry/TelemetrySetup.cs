using System.Diagnostics.Metrics;
using Choir.ServiceDefaults.Health;
using Choir.ServiceDefaults.Logging;
using Choir.ServiceDefaults.Telemetry.Machine;
using Choir.ServiceDefaults.Telemetry.Requests;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Choir.ServiceDefaults.Telemetry;

/// <summary>Configures the export of metrics, traces and logs.</summary>
internal static class TelemetrySetup
{
    // An OpenTelemetry variable; the only way to set the aggregation for one of two readers.
    private const string HistogramAggregation = "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION";

    private const string SpanBatch = "OTEL_BSP_MAX_EXPORT_BATCH_SIZE";

    private const string OrleansMeter = "Microsoft.Orleans";

    private static readonly string[] Meters =
        ["Choir.*", "System.Runtime", OrleansMeter, "Npgsql", "Experimental.Microsoft.Extensions.AI"];

    // Name prefixes of Orleans instruments that are recorded for every message.
    private static readonly string[] PerMessageInstruments =
        ["orleans-messaging-processing-", "orleans-messaging-sent-local", "orleans-directory-lookups-", "orleans-app-requests-latency"];

    private static readonly string[] Sources = ["Choir.*", "Npgsql", "Experimental.Microsoft.Extensions.AI"];

    // The names of the OTLP exporters' HTTP clients.
    private static readonly string[] OtlpClients = ["OtlpTraceExporter", "OtlpMetricExporter", "OtlpLogExporter"];

    // Instruments that Choir replaces with its own.
    private static readonly string[] Replaced =
    [
        RequestMetrics.Replaced, "db.client.operation.duration",
        "orleans-messaging-sent-messages-size", "orleans-messaging-received-messages-size",
    ];

    // Orleans instruments have no descriptions, which tools report as an error.
    private static readonly MetricStreamConfiguration Described = new() { Description = "Built-in Orleans instrument; see the Orleans documentation." };

    public static void AddTelemetry(this IHostApplicationBuilder builder, ServiceIdentity identity)
    {
        builder.Services.AddOptions<TelemetryOptions>()
            .Configure<IHostEnvironment>((options, environment) => options.Sampling = environment.IsDevelopment()
                ? TelemetryOptions.DefaultSamplingInDevelopment
                : TelemetryOptions.DefaultSampling)
            .BindConfiguration(TelemetryOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.AddInstruments();
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => Describe(resource, identity, builder.Configuration))
            .WithMetrics(Configure)
            .WithTracing(traces => traces
                .SetSampler<RatioSampler>()
                .AddAspNetCoreInstrumentation(options => options.Filter = context => !Probes.Sent(context))
                .AddHttpClientInstrumentation()
                .AddSource(Sources));

        if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is not { Length: > 0 })
        {
            return;
        }

        if (builder.Configuration.GetValue<bool>($"{TelemetryOptions.Section}:{nameof(TelemetryOptions.ExponentialHistograms)}"))
        {
            builder.Configuration.AddInMemoryCollection([new(HistogramAggregation, "base2_exponential_bucket_histogram")]);
        }

        // A quarter of the default: fewer queued spans mean fewer objects that each garbage collection has to move.
        if (builder.Configuration[SpanBatch] is not { Length: > 0 })
        {
            builder.Configuration.AddInMemoryCollection([new(SpanBatch, "128")]);
        }

        telemetry.WithLogging(
            logs => logs.AddProcessor(services => new LogContextProcessor(services.GetRequiredService<LogContexts>())),
            options => options.IncludeFormattedMessage = true);
        telemetry.UseOtlpExporter();
        foreach (var client in OtlpClients)
        {
            // Without the default retries, which would delay the next export and write log records that are exported in turn.
            builder.Services.AddHttpClient(client)
                .ConfigureAdditionalHttpMessageHandlers((handlers, _) => handlers.Clear())
                .RemoveAllLoggers();
        }
    }

    // Created when the meter provider is built.
    private static void AddInstruments(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<SystemMetrics>();
        builder.Services.AddSingleton<ProcessMetrics>();
        builder.Services.AddSingleton<HealthMetrics>();
        builder.Services.AddSingleton<DroppedTelemetry>();
        builder.Services.AddSingleton<IStartupFilter, RequestMetrics>();
    }

    private static void Configure(MeterProviderBuilder metrics)
    {
        metrics
            .AddAspNetCoreInstrumentation()
            .AddHttpClientInstrumentation()
            .AddMeter(Meters)
            .AddInstrumentation(services => services.GetRequiredService<SystemMetrics>())
            .AddInstrumentation(services => services.GetRequiredService<ProcessMetrics>())
            .AddInstrumentation(services => services.GetRequiredService<HealthMetrics>())
            .AddInstrumentation(services => services.GetRequiredService<DroppedTelemetry>())
            .SetExemplarFilter(ExemplarFilterType.TraceBased)
            .AddPrometheusExporter();
        foreach (var instrument in Replaced)
        {
            metrics.AddView(instrument, MetricStreamConfiguration.Drop);
        }

        metrics.AddView(ViewOfOrleans);
    }

    // Instruments in milliseconds and megabytes mostly duplicate Choir's own in seconds and bytes. Those recorded for every
    // message cost more than all of Choir's together, and Choir's have the same information. An instrument without a listener
    // costs nothing.
    private static MetricStreamConfiguration? ViewOfOrleans(Instrument instrument) =>
        instrument.Meter.Name != OrleansMeter || Replaced.Contains(instrument.Name) ? null
        : instrument.Unit is "ms" or "MB" || PerMessageInstruments.Any(name => instrument.Name.StartsWith(name, StringComparison.Ordinal))
            ? MetricStreamConfiguration.Drop
        : Described;

    private static void Describe(ResourceBuilder resource, ServiceIdentity identity, IConfiguration configuration)
    {
        // An orchestrator sets the instance id in this variable; otherwise one is generated for each replica.
        var isNamed = configuration["OTEL_RESOURCE_ATTRIBUTES"]?
            .Contains("service.instance.id=", StringComparison.Ordinal) == true;
        resource.AddService(
            identity.Service, ServiceIdentity.System, identity.Version, autoGenerateServiceInstanceId: !isNamed);
        resource.AddAttributes([
            new("deployment.environment.name", identity.Environment),
            new("host.name", identity.Host),
        ]);
    }
}
