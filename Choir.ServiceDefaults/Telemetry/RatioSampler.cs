using System.Diagnostics;
using Microsoft.Extensions.Options;
using OpenTelemetry.Trace;

namespace Choir.ServiceDefaults.Telemetry;

/// <summary>
/// Samples a share of the traces that somebody asked for, and of what follows in a trace all or nothing. The share can be
/// changed while the process runs (<see cref="TelemetryOptions.Sampling"/>).
/// </summary>
/// <remarks>
/// <para>
/// Two kinds of spans begin a trace that can be sampled: a request that comes in (probes and scrapes are filtered out after
/// this, see <see cref="Probes"/>), and the sending of a message to an actor (upkeep never comes here). Whatever else has no
/// parent is Choir's own upkeep: a statement to the database, a call over HTTP or of the chain from a loop in the background.
/// It says nothing without what it was for, and there would be several a second.
/// </para>
/// <para>
/// A span that begins with <c>sampling.priority</c> above zero is sampled: whoever began it has decided already, for a
/// share of its own. A caller's own decision about its trace counts only where <see cref="TelemetryOptions.TrustCallers"/>
/// says so: otherwise anybody who can send a request could have everything sampled, or nothing.
/// </para>
/// </remarks>
internal sealed class RatioSampler : Sampler, IDisposable
{
    private const string Priority = "sampling.priority";

    private static readonly SamplingResult Sampled = new(SamplingDecision.RecordAndSample);
    private static readonly SamplingResult Dropped = new(SamplingDecision.Drop);

    private readonly IDisposable? _changes;
    private volatile TelemetryOptions _options;

    public RatioSampler(IOptionsMonitor<TelemetryOptions> options)
    {
        _options = options.CurrentValue;
        _changes = options.OnChange(changed => _options = changed);
    }

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
    {
        foreach (var tag in samplingParameters.Tags ?? [])
        {
            if (tag is { Key: Priority, Value: > 0 })
            {
                return Sampled;
            }
        }

        var options = _options;
        var parent = samplingParameters.ParentContext;
        if (parent.TraceId == default)
        {
            return samplingParameters.Kind is ActivityKind.Server or ActivityKind.Producer
                ? Draw(options.Sampling)
                : Dropped;
        }

        return samplingParameters.Kind == ActivityKind.Server && parent.IsRemote && !options.TrustCallers
            ? Draw(options.Sampling)
            : parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? Sampled : Dropped;
    }

    public void Dispose() => _changes?.Dispose();

    // Not by the trace's id, as is usual: a caller chooses that.
    private static SamplingResult Draw(double share) => Random.Shared.NextDouble() < share ? Sampled : Dropped;
}
