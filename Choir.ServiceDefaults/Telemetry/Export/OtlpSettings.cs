using System.Globalization;
using Choir.Redaction;
using Microsoft.Extensions.Configuration;
using OpenTelemetry.Exporter;

namespace Choir.ServiceDefaults.Telemetry.Export;

/// <summary>
/// OpenTelemetry's variables of the OTLP exporters. A signal is exported if it has an endpoint: its own
/// (<c>OTEL_EXPORTER_OTLP_TRACES_ENDPOINT</c>, used as it is) or that of all signals (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c>, with the
/// signal's path added for HTTP). <c>OTEL_TRACES_EXPORTER=none</c> excludes a signal.
/// </summary>
internal sealed class OtlpSettings
{
    /// <summary>The only way to set the aggregation for one of two readers.</summary>
    public const string HistogramAggregation = Prefix + "METRICS_DEFAULT_HISTOGRAM_AGGREGATION";

    private const string Prefix = "OTEL_EXPORTER_OTLP_";
    private const int DefaultTimeout = 10_000;

    // The SDK ignores wrong values of these silently.
    private static readonly string[] Numbers =
    [
        "OTEL_BSP_SCHEDULE_DELAY", "OTEL_BSP_EXPORT_TIMEOUT", "OTEL_BSP_MAX_QUEUE_SIZE", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
        "OTEL_BLRP_SCHEDULE_DELAY", "OTEL_BLRP_EXPORT_TIMEOUT", "OTEL_BLRP_MAX_QUEUE_SIZE", "OTEL_BLRP_MAX_EXPORT_BATCH_SIZE",
        "OTEL_METRIC_EXPORT_INTERVAL", "OTEL_METRIC_EXPORT_TIMEOUT",
    ];

    // Limits of the SDK, which ignores wrong values of these too; 0 is allowed.
    private static readonly string[] Limits =
    [
        "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "OTEL_ATTRIBUTE_COUNT_LIMIT",
        "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "OTEL_SPAN_EVENT_COUNT_LIMIT",
        "OTEL_SPAN_LINK_COUNT_LIMIT", "OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", "OTEL_LINK_ATTRIBUTE_COUNT_LIMIT",
        "OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT", "OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT",
    ];

    private static readonly (string Variable, string[] Words)[] Choices =
    [
        (Prefix + "METRICS_TEMPORALITY_PREFERENCE", ["cumulative", "delta", "lowmemory"]),
        (HistogramAggregation, ["explicit_bucket_histogram", "base2_exponential_bucket_histogram"]),
    ];

    private readonly IConfiguration _configuration;
    private readonly List<string> _errors = [];

    /// <param name="configuration">Has the variables.</param>
    public OtlpSettings(IConfiguration configuration)
    {
        _configuration = configuration;
        Traces = Read("TRACES", "v1/traces");
        Metrics = Read("METRICS", "v1/metrics");
        Logs = Read("LOGS", "v1/logs");
        foreach (var variable in Numbers)
        {
            Number(variable, 0);
        }

        foreach (var variable in Limits)
        {
            Number(variable, 0, least: 0);
        }

        foreach (var (variable, words) in Choices)
        {
            if (_configuration[variable]?.Trim() is { Length: > 0 } value && !words.Contains(value, StringComparer.OrdinalIgnoreCase))
            {
                Refuse((variable, value), $"give {string.Join(" or ", words)}");
            }
        }
    }

    /// <summary>The export of traces; null for none.</summary>
    public OtlpSignal? Traces { get; }

    /// <summary>The export of metrics; null for none.</summary>
    public OtlpSignal? Metrics { get; }

    /// <summary>The export of log records; null for none.</summary>
    public OtlpSignal? Logs { get; }

    /// <summary>What is wrong: the variable, its value and the remedy, a sentence each. The signals concerned are not exported.</summary>
    public IReadOnlyList<string> Errors => _errors;

    private OtlpSignal? Read(string signal, string path)
    {
        if (string.Equals(_configuration[$"OTEL_{signal}_EXPORTER"]?.Trim(), "none", StringComparison.OrdinalIgnoreCase)
            || Find(signal, "ENDPOINT") is not { } endpoint)
        {
            return null;
        }

        var before = _errors.Count;
        var address = Address(endpoint);
        var protocol = Protocol(Find(signal, "PROTOCOL"));
        var headers = Headers(Find(signal, "HEADERS"));
        var timeout = Find(signal, "TIMEOUT") is { } wanted ? Number(wanted.Variable, DefaultTimeout) : DefaultTimeout;
        var compression = Compression(Find(signal, "COMPRESSION"));
        if (_errors.Count > before || address is null)
        {
            return null;
        }

        var isForAll = endpoint.Variable == $"{Prefix}ENDPOINT";
        return new OtlpSignal(
            isForAll && protocol == OtlpExportProtocol.HttpProtobuf ? new Uri($"{address.AbsoluteUri.TrimEnd('/')}/{path}") : address,
            protocol, headers, timeout, compression);
    }

    // The signal's own variable, or that of all signals.
    private (string Variable, string Value)? Find(string signal, string name)
    {
        foreach (var variable in (ReadOnlySpan<string>)[$"{Prefix}{signal}_{name}", $"{Prefix}{name}"])
        {
            if (_configuration[variable]?.Trim() is { Length: > 0 } value)
            {
                return (variable, value);
            }
        }

        return null;
    }

    private Uri? Address((string Variable, string Value) endpoint)
    {
        if (Uri.TryCreate(endpoint.Value, UriKind.Absolute, out var address) && address is { Scheme: "http" or "https", Host.Length: > 0 })
        {
            return address;
        }

        Refuse(endpoint, "give an address that starts with http:// or https://, such as http://localhost:4317");
        return null;
    }

    private OtlpExportProtocol Protocol((string Variable, string Value)? wanted)
    {
        if (wanted is not { Value: not "grpc" } other)
        {
            return OtlpExportProtocol.Grpc;
        }

        if (other.Value != "http/protobuf")
        {
            Refuse(other, "give grpc or http/protobuf");
        }

        return OtlpExportProtocol.HttpProtobuf;
    }

    private OtlpExportCompression Compression((string Variable, string Value)? wanted)
    {
        if (wanted is not { Value: not "none" } other)
        {
            return OtlpExportCompression.None;
        }

        if (other.Value != "gzip")
        {
            Refuse(other, "give none or gzip");
        }

        return OtlpExportCompression.GZip;
    }

    private string? Headers((string Variable, string Value)? wanted)
    {
        if (wanted is not { } headers)
        {
            return null;
        }

        // Values are secrets, so they are not shown.
        var pairs = Uri.UnescapeDataString(headers.Value).Split(',');
        if (!Array.TrueForAll(pairs, pair => pair.Split('=', 2) is [var name, { Length: > 0 }] && IsToken(name.Trim())))
        {
            Refuse((headers.Variable, "…"), "give name=value, and several separated by commas");
        }

        return headers.Value;
    }

    private static bool IsToken(string name) =>
        name.Length > 0 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || "!#$%&'*+-.^_`|~".Contains(letter, StringComparison.Ordinal));

    private int Number(string variable, int fallback, int least = 1)
    {
        if (_configuration[variable]?.Trim() is not { Length: > 0 } value)
        {
            return fallback;
        }

        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < least)
        {
            Refuse((variable, value), least == 0 ? "give a whole number" : "give a whole number above 0");
        }

        return number;
    }

    private void Refuse((string Variable, string Value) wrong, string remedy)
    {
        var error = $"{wrong.Variable} is '{Redactor.Clean(wrong.Value)}'; {remedy}.";
        if (!_errors.Contains(error))
        {
            _errors.Add(error);
        }
    }
}
