using System.Diagnostics;
using Microsoft.Extensions.Options;

namespace Choir.ServiceDefaults.Telemetry.Requests;

/// <summary>Reads the trace headers of incoming requests, and limits what a caller can do with them.</summary>
/// <remarks>
/// Unless <see cref="TelemetryOptions.TrustCallers"/> is set, the sampled flag of <c>traceparent</c> is cleared, because it
/// would otherwise pass through where this service samples nothing and no span is created, and <c>baggage</c> is ignored,
/// because it would be sent on with every request of this service. A <c>tracestate</c> or <c>baggage</c> over its limit is
/// ignored. Outgoing requests are not affected.
/// </remarks>
internal sealed class CallerTrace(IOptionsMonitor<TelemetryOptions> options) : DistributedContextPropagator, IDisposable
{
    /// <summary>What every participant must pass on at least, according to W3C Trace Context.</summary>
    public const int MaxStateLength = 512;

    /// <summary>The limit of W3C Baggage.</summary>
    public const int MaxBaggageLength = 8_192;

    private const string BaggageHeader = "baggage";

    // In "00-<32 digits>-<16 digits>-<flags>".
    private const int FlagsAt = 53;

    private static readonly DistributedContextPropagator W3C = CreateW3CPropagator();

    private readonly LastValidOptions<TelemetryOptions> _options = new(options);

    public override IReadOnlyCollection<string> Fields => W3C.Fields;

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter) =>
        W3C.Inject(activity, carrier, setter);

    public override void ExtractTraceIdAndState(
        object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState)
    {
        W3C.ExtractTraceIdAndState(carrier, getter, out traceId, out traceState);
        if (traceState?.Length > MaxStateLength)
        {
            traceState = null;
        }

        if (!_options.Value.TrustCallers && traceId?.Length >= FlagsAt + 2)
        {
            traceId = string.Concat(traceId.AsSpan(0, FlagsAt), "00", traceId.AsSpan(FlagsAt + 2));
        }
    }

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) =>
        _options.Value.TrustCallers && IsWithinLimit(carrier, getter) ? W3C.ExtractBaggage(carrier, getter) : null;

    public void Dispose() => _options.Dispose();

    private static bool IsWithinLimit(object? carrier, PropagatorGetterCallback? getter)
    {
        string? value = null;
        IEnumerable<string>? values = null;
        getter?.Invoke(carrier, BaggageHeader, out value, out values);
        return (value?.Length ?? 0) + (values?.Sum(one => one.Length) ?? 0) <= MaxBaggageLength;
    }
}
