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

/// <summary>Which meters, sources and logs leave the process, and how.</summary>
internal static class TelemetrySetup
{
    // OpenTelemetry's name for the setting; there is no other way to set it for one of two readers.
    private const string HistogramAggregation = "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION";

    // Also OpenTelemetry's name.
    private const string SpanBatch = "OTEL_BSP_MAX_EXPORT_BATCH_SIZE";

    private const string OrleansMeter = "Microsoft.Orleans";

    private static readonly string[] Meters =
        ["Choir.*", "System.Runtime", OrleansMeter, "Npgsql", "Experimental.Microsoft.Extensions.AI"];

    // What Orleans counts several times a message, in the beginnings of their names.
    private static readonly string[] OfEachMessage =
        ["orleans-messaging-processing-", "orleans-messaging-sent-local", "orleans-directory-lookups-", "orleans-app-requests-latency"];

    private static readonly string[] Sources = ["Choir.*", "Npgsql", "Experimental.Microsoft.Extensions.AI"];

    // The names under which the OTLP exporters ask for an HTTP client.
    private static readonly string[] OtlpClients = ["OtlpTraceExporter", "OtlpMetricExporter", "OtlpLogExporter"];

    // What an instrument of Choir's tells as well, by type of actor and message.
    private static readonly string[] Replaced =
    [
        RequestMetrics.Replaced, "db.client.operation.duration",
        "orleans-messaging-sent-messages-size", "orleans-messaging-received-messages-size",
    ];

    // Orleans describes none of its instruments, and a metric without a description is one that tools complain about.
    private static readonly MetricStreamConfiguration Described = new() { Description = "Of Orleans' own; its name tells." };

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

        // A quarter of the usual number: the fewer spans wait to be sent, the fewer there are to move for each collection of
        // garbage.
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
            // Without the retries that the services' clients have: they would hold up what comes next, and log what they
            // do, which would be exported in its turn.
            builder.Services.AddHttpClient(client)
                .ConfigureAdditionalHttpMessageHandlers((handlers, _) => handlers.Clear())
                .RemoveAllLoggers();
        }
    }

    // All that is measured here; each is made when the meters are first listened to.
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

    // Those in milliseconds and megabytes would stand beside Choir's own in seconds and bytes, most of which tell the same
    // of messages, activations and memory. Those of each message cost it more than all of Choir's together, and Choir's
    // own tell what they tell. What nobody listens to costs a message nothing.
    private static MetricStreamConfiguration? ViewOfOrleans(Instrument instrument) =>
        instrument.Meter.Name != OrleansMeter || Replaced.Contains(instrument.Name) ? null
        : instrument.Unit is "ms" or "MB" || OfEachMessage.Any(name => instrument.Name.StartsWith(name, StringComparison.Ordinal))
            ? MetricStreamConfiguration.Drop
        : Described;

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
}
