using System.Collections.Concurrent;
using System.Globalization;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;

namespace Choir.Tests.Support.Otlp;

/// <summary>The decoded telemetry that a collector received.</summary>
internal sealed class OtlpInbox
{
    private readonly ConcurrentQueue<ResourceSpans> _spans = new();
    private readonly ConcurrentQueue<ResourceLogs> _logs = new();
    private volatile IReadOnlyList<ResourceMetrics> _metrics = [];
    private int _largest;

    /// <summary>The signal, path and headers of each request.</summary>
    public ConcurrentQueue<(string Signal, string Path, HeaderDictionary Headers)> Requests { get; } = new();

    /// <summary>How many items of each request the collector says that it refuses, and why; null for none.</summary>
    public (long Rejected, string Reason)? Refusal { get; set; }

    /// <summary>The size of the largest request, in bytes.</summary>
    public int LargestRequest => Volatile.Read(ref _largest);

    /// <summary>All spans with their resources.</summary>
    public IReadOnlyList<(Resource Resource, Span Span)> Spans =>
    [
        .. from resource in _spans
           from scope in resource.ScopeSpans
           from span in scope.Spans
           select (resource.Resource, span),
    ];

    /// <summary>The names of the sources of all spans, each once.</summary>
    public IReadOnlyList<string> SpanScopes => [.. _spans.SelectMany(resource => resource.ScopeSpans).Select(scope => scope.Scope.Name).Distinct()];

    /// <summary>All log records.</summary>
    public IReadOnlyList<LogRecord> Logs => [.. LogsOf.Select(one => one.Record)];

    /// <summary>All log records with their resources.</summary>
    public IEnumerable<(Resource Resource, LogRecord Record)> LogsOf =>
        from resource in _logs
        from scope in resource.ScopeLogs
        from record in scope.LogRecords
        select (resource.Resource, record);

    /// <summary>The resource of the latest metrics; null before the first.</summary>
    public Resource? ResourceOfMetrics => _metrics.Count > 0 ? _metrics[0].Resource : null;

    /// <summary>The latest metrics of a scope, each once. Metrics are cumulative: the last export is complete.</summary>
    public IReadOnlyDictionary<string, Metric> Metrics(Predicate<string>? isOfScope = null) =>
        _metrics.SelectMany(resource => resource.ScopeMetrics)
            .Where(scope => isOfScope?.Invoke(scope.Scope.Name) ?? true)
            .SelectMany(scope => scope.Metrics)
            .GroupBy(metric => metric.Name)
            .ToDictionary(same => same.Key, same => same.Last());

    public void Add(IMessage request, HttpRequest http)
    {
        int size = request.CalculateSize(), before;
        while ((before = LargestRequest) < size && Interlocked.CompareExchange(ref _largest, size, before) != before)
        {
            // Another request was counted.
        }

        var signal = request switch { ExportMetricsServiceRequest => "metrics", ExportTraceServiceRequest => "traces", _ => "logs" };
        Requests.Enqueue((signal, http.Path, [.. http.Headers]));
        switch (request)
        {
            case ExportMetricsServiceRequest metrics:
                _metrics = [.. metrics.ResourceMetrics];
                break;
            case ExportTraceServiceRequest spans:
                spans.ResourceSpans.ToList().ForEach(_spans.Enqueue);
                break;
            case ExportLogsServiceRequest logs:
                logs.ResourceLogs.ToList().ForEach(_logs.Enqueue);
                break;
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
