using System.Globalization;
using Choir.ServiceDefaults.Logging;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Choir.ServiceDefaults.Telemetry.Export;

/// <summary>Exports the signals that have an endpoint (<see cref="OtlpSettings"/>), in requests below the limit of gRPC servers.</summary>
internal static class OtlpExport
{
    /// <summary>The most log records of a request: with the most bytes of a record, 3 MiB.</summary>
    public const int MaxLogBatch = 192;

    private const string Traces = "traces";
    private const string Metrics = "metrics";

    private const string Logs = "logs";

    // The names of the exporters' own HTTP clients, which they use with certificates of clients.
    private static readonly string[] ExportersOwn = ["OtlpTraceExporter", "OtlpMetricExporter"];

    private static readonly string[] Certificates =
        ["OTEL_EXPORTER_OTLP_CERTIFICATE", "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", "OTEL_EXPORTER_OTLP_CLIENT_KEY"];

    // A quarter of the default batch: fewer queued spans mean fewer objects that each garbage collection has to move.
    private static readonly (string Variable, int Value)[] Defaults =
    [
        ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", 128),
        ("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", SpanSizeLimit.MaxValueCharacters),
        ("OTEL_SPAN_EVENT_COUNT_LIMIT", SpanSizeLimit.MaxEvents),
    ];

    public static void AddOtlpExport(this IHostApplicationBuilder builder, OpenTelemetryBuilder telemetry)
    {
        var settings = new OtlpSettings(builder.Configuration);
        builder.Services.AddSingleton<IValidateOptions<TelemetryOptions>>(new StartCheck(settings));
        SetDefaults(builder.Configuration);
        if (settings.Traces is { } traces)
        {
            telemetry.WithTracing(provider => provider.AddProcessor(new SpanSizeLimit()).AddOtlpExporter(Traces, traces.Apply));
        }

        if (settings.Metrics is { } metrics)
        {
            telemetry.WithMetrics(provider => provider.AddOtlpExporter(Metrics, metrics.Apply));
        }

        if (settings.Logs is { } logs)
        {
            telemetry.WithLogging(
                provider => provider
                    .AddProcessor(services => new LogContextProcessor(services.GetRequiredService<LogContexts>()))
                    .AddProcessor(services => new SeverityLane(areErrors: true, Queue(services, logs)))
                    .AddProcessor(services => new SeverityLane(areErrors: false, Queue(services, logs))),
                options =>
                {
                    options.IncludeFormattedMessage = true;

                    // The exporter would write them without the limit of a record.
                    options.IncludeScopes = false;
                });
        }

        foreach (var (signal, exported) in new[] { (Traces, settings.Traces), (Metrics, settings.Metrics), (Logs, settings.Logs) })
        {
            builder.Services.AddOptions<OtlpExporterOptions>(signal)
                .Configure<IServiceProvider>((options, services) => SetClient(options, services, signal, exported));
            AddClient(builder.Services, ClientOf(signal))
                .ConfigurePrimaryHttpMessageHandler(static (handler, _) =>
                {
                    // Telemetry must not go where an answer says.
                    if (handler is SocketsHttpHandler sockets)
                    {
                        sockets.AllowAutoRedirect = false;
                    }
                })
                .ConfigureAdditionalHttpMessageHandlers(
                    (handlers, services) => handlers.Add(ActivatorUtilities.CreateInstance<ExportAnswers>(services, signal)));
        }

        foreach (var client in ExportersOwn)
        {
            AddClient(builder.Services, client);
        }
    }

    // Without the default retries, which would delay the next export and write log records that are exported in turn.
    private static IHttpClientBuilder AddClient(IServiceCollection services, string name) => services.AddHttpClient(name)
        .ConfigureAdditionalHttpMessageHandlers((handlers, _) => handlers.Clear())
        .RemoveAllLoggers();

    private static void SetDefaults(IConfigurationManager configuration)
    {
        foreach (var (variable, value) in Defaults)
        {
            if (configuration[variable] is not { Length: > 0 })
            {
                configuration.AddInMemoryCollection([new(variable, value.ToString(CultureInfo.InvariantCulture))]);
            }
        }

        // A wrong value is reported when the options are validated.
        if (bool.TryParse(configuration[$"{TelemetryOptions.Section}:{nameof(TelemetryOptions.ExponentialHistograms)}"], out var areExponential)
            && areExponential)
        {
            configuration.AddInMemoryCollection([new(OtlpSettings.HistogramAggregation, "base2_exponential_bucket_histogram")]);
        }
    }

    private static string ClientOf(string signal) => $"otlp-{signal}";

    /// <summary>Lets an exporter use the HTTP client of its signal, over gRPC too.</summary>
    private static void SetClient(OtlpExporterOptions options, IServiceProvider services, string signal, OtlpSignal? exported)
    {
        // Certificates are known to the exporter's own client only.
        var configuration = services.GetRequiredService<IConfiguration>();
        if (exported is not null && !Array.Exists(Certificates, variable => configuration[variable] is { Length: > 0 }))
        {
            var clients = services.GetRequiredService<IHttpClientFactory>();
            options.HttpClientFactory = () =>
            {
                var client = clients.CreateClient(ClientOf(signal));
                client.Timeout = TimeSpan.FromMilliseconds(exported.Timeout);
                return client;
            };
        }
    }

    private static BatchLogRecordExportProcessor Queue(IServiceProvider services, OtlpSignal signal)
    {
        var options = new OtlpExporterOptions();
        signal.Apply(options);
        SetClient(options, services, Logs, signal);
        var batch = services.GetRequiredService<IOptionsMonitor<LogRecordExportProcessorOptions>>().CurrentValue.BatchExportProcessorOptions;
        return new BatchLogRecordExportProcessor(
            new OtlpLogExporter(options), batch.MaxQueueSize, batch.ScheduledDelayMilliseconds, batch.ExporterTimeoutMilliseconds,
            Math.Min(Math.Min(batch.MaxExportBatchSize, MaxLogBatch), batch.MaxQueueSize));
    }

    /// <summary>Stops the start if a variable of the exporters has a wrong value.</summary>
    private sealed class StartCheck(OtlpSettings settings) : IValidateOptions<TelemetryOptions>
    {
        public ValidateOptionsResult Validate(string? name, TelemetryOptions options) =>
            settings.Errors.Count > 0 ? ValidateOptionsResult.Fail(settings.Errors) : ValidateOptionsResult.Success;
    }
}
