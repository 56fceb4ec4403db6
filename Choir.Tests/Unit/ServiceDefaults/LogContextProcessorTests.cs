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
        var contexts = new LogContexts(new ServiceIdentity("gateway", "1.2.3", "Production", "host-1"), [new ActorContext()]);
        using (var loggers = LoggerFactory.Create(logging => logging.AddOpenTelemetry(options => options
            .AddProcessor(new LogContextProcessor(contexts))
            .AddProcessor(new SimpleLogRecordExportProcessor(exporter)))))
        {
            loggers.CreateLogger("Choir.Some").MessageProcessed(42, "told-by-the-record", null);
        }

        Assert.Equal(
            [
                "event=message_processed", "system=choir", "environment=Production", "version=1.2.3", "service=gateway",
                "host=host-1", "actor_id=told-by-the-record", "processing_time_ms=42",
                "{OriginalFormat}=Took {ProcessingTimeMs} of {ActorId}{Nothing}", "actor_type=counter",
            ],
            exporter.Fields);
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
}
