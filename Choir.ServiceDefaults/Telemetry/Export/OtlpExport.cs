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

    // The names of the exporters' HTTP clients.
    private static readonly string[] HttpClients = ["OtlpTraceExporter", "OtlpMetricExporter"];

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

        foreach (var client in HttpClients)
        {
            // Without the default retries, which would delay the next export and write log records that are exported in turn.
            builder.Services.AddHttpClient(client)
                .ConfigureAdditionalHttpMessageHandlers((handlers, _) => handlers.Clear())
                .RemoveAllLoggers();
        }
    }

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

    private static BatchLogRecordExportProcessor Queue(IServiceProvider services, OtlpSignal signal)
    {
        var options = new OtlpExporterOptions();
        signal.Apply(options);
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
