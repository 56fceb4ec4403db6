using System.Diagnostics;
using Microsoft.Extensions.Options;
using OpenTelemetry.Trace;

namespace Choir.ServiceDefaults.Telemetry;

/// <summary>
/// Samples a share of the traces that begin here, and of the others those whose parent is sampled. The share can be changed
/// while the process runs (<see cref="TelemetryOptions.Sampling"/>).
/// </summary>
/// <remarks>
/// A span that begins with <c>sampling.priority</c> above zero is sampled: whoever began it has decided already, for a
/// share of its own. A client's call that belongs to no trace is not sampled: it says nothing without what it was for.
/// </remarks>
internal sealed class RatioSampler : Sampler, IDisposable
{
    private const string Priority = "sampling.priority";

    private readonly IDisposable? _changes;
    private volatile ParentBasedSampler _sampler;

    public RatioSampler(IOptionsMonitor<TelemetryOptions> options)
    {
        _sampler = Of(options.CurrentValue);
        _changes = options.OnChange(changed => _sampler = Of(changed));
    }

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
    {
        foreach (var tag in samplingParameters.Tags ?? [])
        {
            if (tag is { Key: Priority, Value: > 0 })
                return new SamplingResult(SamplingDecision.RecordAndSample);
        }

        var isLoneCall = samplingParameters.Kind == ActivityKind.Client && samplingParameters.ParentContext.TraceId == default;
        return isLoneCall ? new SamplingResult(SamplingDecision.Drop) : _sampler.ShouldSample(samplingParameters);
    }

    public void Dispose() => _changes?.Dispose();

    private static ParentBasedSampler Of(TelemetryOptions options) => new(new TraceIdRatioBasedSampler(options.Sampling));
}
