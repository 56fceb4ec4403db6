using Choir.ServiceDefaults;
using Choir.ServiceDefaults.Logging;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OtlpRecord = OpenTelemetry.Logs.LogRecord;

namespace Choir.Tests.Unit.ServiceDefaults;

/// <summary>Records as received by an OTLP exporter.</summary>
public sealed class LogContextProcessorTests
{
    [Fact]
    public void A_record_over_OTLP_has_the_fields_that_it_has_on_the_console()
    {
        var exporter = new Collector();
        var contexts = new LogContexts(new ServiceIdentity("gateway", "1.2.3", "Production", "host-1", "gateway-7"), [new ActorContext()]);
        using (var loggers = LoggerFactory.Create(logging => logging.AddOpenTelemetry(options => options
            .AddProcessor(new LogContextProcessor(contexts))
            .AddProcessor(new SimpleLogRecordExportProcessor(exporter)))))
        {
            loggers.CreateLogger("Choir.Some").MessageProcessed(42, "told-by-the-record", null);
        }

        Assert.Equal(
            [
                "", "event=message_processed", "system=choir", "environment=Production", "version=1.2.3", "service=gateway",
                "instance=gateway-7", "host=host-1", "actor_id=told-by-the-record", "processing_time_ms=42",
                "{OriginalFormat}=Took {ProcessingTimeMs} of {ActorId}{Nothing}", "actor_type=counter",
            ],
            exporter.Fields);
    }

    [Fact]
    public void A_record_over_OTLP_is_limited_like_one_on_the_console()
    {
        var exporter = new Collector();
        var text = new string('x', 1_900_000);
        using (var loggers = LoggerFactory.Create(logging => logging.AddOpenTelemetry(options =>
        {
            options.IncludeFormattedMessage = true;
            options.AddProcessor(new LogContextProcessor(new LogContexts(new ServiceIdentity("gateway", "1.2.3", "Production", "host-1", "gateway-7"), [])))
                .AddProcessor(new SimpleLogRecordExportProcessor(exporter));
        })))
        {
            loggers.CreateLogger("Choir.Some").SummaryReceived(new InvalidOperationException(text), text, [text, text]);
        }

        Assert.InRange(exporter.Fields.Sum(field => field.Length), 8_000, RecordBudget.MaxBytes);
        Assert.Contains(exporter.Fields, field => field.StartsWith("exception.stacktrace=System.InvalidOperationException: xxx", StringComparison.Ordinal));
        Assert.Contains("host=host-1", exporter.Fields);
        Assert.Contains(exporter.Fields, field => field.StartsWith("cut_characters=", StringComparison.Ordinal));
    }

    private sealed class ActorContext : ILogContext
    {
        public void Write(ILogContextWriter writer)
        {
            writer.Add("actor_id", "actor-123");
            writer.Add("actor_type", "counter");
        }
    }

    private sealed class Collector : BaseExporter<OtlpRecord>
    {
        public List<string> Fields { get; } = [];

        public override ExportResult Export(in Batch<OtlpRecord> batch)
        {
            foreach (var record in batch)
            {
                Assert.Null(record.Exception);
                Fields.Add($"{record.FormattedMessage}");
                Fields.AddRange(record.Attributes!.Select(field => $"{field.Key}={field.Value}"));
            }

            return ExportResult.Success;
        }
    }
}

internal static partial class ProcessorLog
{
    [LoggerMessage(1, LogLevel.Information, "Took {ProcessingTimeMs} of {ActorId}{Nothing}", EventName = "message_processed")]
    public static partial void MessageProcessed(this ILogger logger, int processingTimeMs, string actorId, string? nothing);

    [LoggerMessage(2, LogLevel.Warning, "{Summary} of {Labels}", EventName = "summary_received")]
    public static partial void SummaryReceived(this ILogger logger, Exception exception, string summary, string[] labels);
}
