using System.Diagnostics;
using System.Diagnostics.Metrics;
using Choir.ServiceDefaults.Health;
using Choir.ServiceDefaults.Telemetry.Export;
using Choir.ServiceDefaults.Telemetry.Machine;
using Choir.ServiceDefaults.Telemetry.Requests;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Context.Propagation;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Choir.ServiceDefaults.Telemetry;

/// <summary>Configures the export of metrics, traces and logs.</summary>
internal static class TelemetrySetup
{
    private const string OrleansMeter = "Microsoft.Orleans";

    private const string ModelMeter = "Experimental.Microsoft.Extensions.AI";

    private static readonly string[] Meters =
        ["Choir.*", "System.Runtime", OrleansMeter, "Npgsql", ModelMeter];

    // Name prefixes of Orleans instruments that are recorded for every message.
    private static readonly string[] PerMessageInstruments =
        ["orleans-messaging-processing-", "orleans-messaging-sent-local", "orleans-directory-lookups-", "orleans-app-requests-latency"];

    private static readonly string[] Sources = ["Choir.*", "Npgsql", ModelMeter];

    // Instruments that Choir replaces with its own.
    private static readonly string[] Replaced =
    [
        RequestMetrics.Replaced, "db.client.operation.duration",
        "orleans-messaging-sent-messages-size", "orleans-messaging-received-messages-size",
    ];

    // Orleans instruments have no descriptions, which tools report as an error.
    private static readonly MetricStreamConfiguration Described = new() { Description = "Built-in Orleans instrument; see the Orleans documentation." };

    // Without gen_ai.response.model: an endpoint could answer with another name each time, and each would be a series.
    private static readonly MetricStreamConfiguration OfModels = new()
    {
        TagKeys =
        [
            "gen_ai.operation.name", "gen_ai.request.model", "gen_ai.provider.name", "gen_ai.token.type", "server.address", "server.port",
            "error.type",
        ],
    };

    public static void AddTelemetry(this IHostApplicationBuilder builder, ServiceIdentity identity)
    {
        builder.Services.AddOptions<TelemetryOptions>()
            .Configure<IHostEnvironment>((options, environment) => options.Sampling = environment.IsDevelopment()
                ? TelemetryOptions.DefaultSamplingInDevelopment
                : TelemetryOptions.DefaultSampling)
            .BindSettings(TelemetryOptions.Section);
        builder.AddInstruments();
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => Describe(resource, identity))
            .WithMetrics(Configure)
            .WithTracing(traces => traces
                .SetSampler<RatioSampler>()
                .AddAspNetCoreInstrumentation(options =>
                {
                    options.Filter = context => !Probes.Sent(context);

                    // Only the live pages use them: an open page would start several traces each second, for as long as it is open.
                    options.EnableAspNetCoreSignalRSupport = false;
                    options.EnableRazorComponentsSupport = false;
                })
                .AddHttpClientInstrumentation()
                .AddSource(Sources));

        builder.AddOtlpExport(telemetry);
    }

    // Created when the meter provider is built.
    private static void AddInstruments(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<SystemMetrics>();
        builder.Services.AddSingleton<ProcessMetrics>();
        builder.Services.AddSingleton<HealthMetrics>();
        builder.Services.AddSingleton<DroppedTelemetry>();
        builder.Services.AddSingleton<IStartupFilter, RequestMetrics>();

        // The instrumentation must not read the trace headers a second time.
        Sdk.SetDefaultTextMapPropagator(new TraceContextPropagator());
        builder.Services.Replace(ServiceDescriptor.Singleton<DistributedContextPropagator, CallerTrace>());
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

        // A provider listens to all meters of a name in the process; those of another host's container are not this host's.
        ((IDeferredMeterProviderBuilder)metrics).Configure((services, provider) =>
        {
            var own = services.GetRequiredService<IMeterFactory>();
            provider.AddView(instrument =>
                instrument.Meter.Scope is IMeterFactory factory && factory != own ? MetricStreamConfiguration.Drop
                : instrument.Meter.Name == ModelMeter ? OfModels
                : ViewOfOrleans(instrument));
        });
    }

    // Instruments in milliseconds and megabytes mostly duplicate Choir's own in seconds and bytes. Those recorded for every
    // message cost more than all of Choir's together, and Choir's have the same information. An instrument without a listener
    // costs nothing.
    private static MetricStreamConfiguration? ViewOfOrleans(Instrument instrument) =>
        instrument.Meter.Name != OrleansMeter || Replaced.Contains(instrument.Name) ? null
        : instrument.Unit is "ms" or "MB" || PerMessageInstruments.Any(name => instrument.Name.StartsWith(name, StringComparison.Ordinal))
            ? MetricStreamConfiguration.Drop
        : Described;

    private static void Describe(ResourceBuilder resource, ServiceIdentity identity)
    {
        resource.AddService(
            identity.Service, ServiceIdentity.System, identity.Version, autoGenerateServiceInstanceId: false, identity.Instance);
        resource.AddAttributes([
            new("deployment.environment.name", identity.Environment),
            new("host.name", identity.Host),
        ]);
    }
}
