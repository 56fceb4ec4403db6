using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Choir.Tests.Support.Otlp;

/// <summary>A receiver of OTLP over gRPC on a free port that decodes and stores all data.</summary>
internal sealed class OtlpGrpcReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Inbox _inbox;

    private OtlpGrpcReceiver(WebApplication app, Inbox inbox) => (_app, _inbox) = (app, inbox);

    /// <summary>Environment variables that make a process export all telemetry here with short intervals.</summary>
    public (string Name, string Value)[] Settings =>
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", _app.Urls.First()), ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
        ("OTEL_BSP_SCHEDULE_DELAY", "20"), ("OTEL_BLRP_SCHEDULE_DELAY", "20"), ("OTEL_METRIC_EXPORT_INTERVAL", "200"),
    ];

    /// <summary>The latest metrics of a scope, each once.</summary>
    public IReadOnlyDictionary<string, Metric> Metrics(Predicate<string> isOfScope) =>
        _inbox.LastMetrics.SelectMany(resource => resource.ScopeMetrics)
            .Where(scope => isOfScope(scope.Scope.Name))
            .SelectMany(scope => scope.Metrics)
            .GroupBy(metric => metric.Name)
            .ToDictionary(same => same.Key, same => same.Last());

    /// <summary>All spans with their resources.</summary>
    public IReadOnlyList<(Resource Resource, Span Span)> Spans =>
    [
        .. from resource in _inbox.Spans
           from scope in resource.ScopeSpans
           from span in scope.Spans
           select (resource.Resource, span),
    ];

    /// <summary>All log records.</summary>
    public IReadOnlyList<LogRecord> Logs =>
    [
        .. from resource in _inbox.Logs
           from scope in resource.ScopeLogs
           from record in scope.LogRecords
           select record,
    ];

    public static async Task<OtlpGrpcReceiver> StartAsync()
    {
        var inbox = new Inbox();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(inbox);
        var app = builder.Build();
        app.MapGrpcService<MetricsInbox>();
        app.MapGrpcService<TracesInbox>();
        app.MapGrpcService<LogsInbox>();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new OtlpGrpcReceiver(app, inbox);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private sealed class Inbox
    {
        public ConcurrentQueue<ResourceSpans> Spans { get; } = new();

        public ConcurrentQueue<ResourceLogs> Logs { get; } = new();

        /// <summary>Metrics are cumulative: the last export is complete.</summary>
        public IReadOnlyList<ResourceMetrics> LastMetrics { get; set; } = [];
    }

    private sealed class MetricsInbox(Inbox inbox) : MetricsService.MetricsServiceBase
    {
        public override Task<ExportMetricsServiceResponse> Export(ExportMetricsServiceRequest request, ServerCallContext context)
        {
            inbox.LastMetrics = [.. request.ResourceMetrics];
            return Task.FromResult(new ExportMetricsServiceResponse());
        }
    }

    private sealed class TracesInbox(Inbox inbox) : TraceService.TraceServiceBase
    {
        public override Task<ExportTraceServiceResponse> Export(ExportTraceServiceRequest request, ServerCallContext context)
        {
            foreach (var spans in request.ResourceSpans)
            {
                inbox.Spans.Enqueue(spans);
            }

            return Task.FromResult(new ExportTraceServiceResponse());
        }
    }

    private sealed class LogsInbox(Inbox inbox) : LogsService.LogsServiceBase
    {
        public override Task<ExportLogsServiceResponse> Export(ExportLogsServiceRequest request, ServerCallContext context)
        {
            foreach (var logs in request.ResourceLogs)
            {
                inbox.Logs.Enqueue(logs);
            }

            return Task.FromResult(new ExportLogsServiceResponse());
        }
    }
}

/// <summary>Reads attributes and ids.</summary>
internal static class OtlpExtensions
{
    /// <summary>The value of an attribute as text; null if it is missing.</summary>
    public static string? Text(this IEnumerable<KeyValue> attributes, string key) => attributes.FirstOrDefault(one => one.Key == key)?.Value switch
    {
        null => null,
        { ValueCase: AnyValue.ValueOneofCase.IntValue } number => number.IntValue.ToString(CultureInfo.InvariantCulture),
        { ValueCase: AnyValue.ValueOneofCase.DoubleValue } number => number.DoubleValue.ToString(CultureInfo.InvariantCulture),
        { ValueCase: AnyValue.ValueOneofCase.BoolValue } yes => yes.BoolValue ? "true" : "false",
        var text => text.StringValue,
    };

    /// <summary>An id in hexadecimal digits.</summary>
    public static string Hex(this ByteString id) => Convert.ToHexStringLower(id.Span);
}
