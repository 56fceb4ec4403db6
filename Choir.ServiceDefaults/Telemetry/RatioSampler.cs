using Microsoft.Extensions.Options;
using OpenTelemetry.Trace;

namespace Choir.ServiceDefaults.Telemetry;

/// <summary>
/// Samples a share of the traces that begin here, and of the others those whose parent is sampled. The share can be changed
/// while the process runs (<see cref="TelemetryOptions.Sampling"/>).
/// </summary>
internal sealed class RatioSampler : Sampler, IDisposable
{
    private readonly IDisposable? _changes;
    private volatile ParentBasedSampler _sampler;

    public RatioSampler(IOptionsMonitor<TelemetryOptions> options)
    {
        _sampler = Of(options.CurrentValue);
        _changes = options.OnChange(changed => _sampler = Of(changed));
    }

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
        _sampler.ShouldSample(samplingParameters);

    public void Dispose() => _changes?.Dispose();

    private static ParentBasedSampler Of(TelemetryOptions options) => new(new TraceIdRatioBasedSampler(options.Sampling));
}
