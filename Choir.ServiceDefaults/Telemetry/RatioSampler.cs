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
/// share of its own. A statement to the database that belongs to no trace is not sampled: it says nothing without what it
/// was for. (A request over HTTP is: what answers it follows its decision.)
/// </remarks>
internal sealed class RatioSampler : Sampler, IDisposable
{
    private const string Priority = "sampling.priority";
    private const string HttpRequest = "System.Net.Http.HttpRequestOut";

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

        var isLoneStatement = samplingParameters is { Kind: ActivityKind.Client, Name: not HttpRequest }
            && samplingParameters.ParentContext.TraceId == default;
        return isLoneStatement ? new SamplingResult(SamplingDecision.Drop) : _sampler.ShouldSample(samplingParameters);
    }

    public void Dispose() => _changes?.Dispose();

    private static ParentBasedSampler Of(TelemetryOptions options) => new(new TraceIdRatioBasedSampler(options.Sampling));
}
