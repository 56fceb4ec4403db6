using System.Diagnostics;
using Microsoft.Extensions.Options;
using OpenTelemetry.Trace;

namespace Choir.ServiceDefaults.Telemetry;

/// <summary>
/// Samples a ratio of the traces that are not upkeep; child spans follow the decision of their root. The ratio can be changed
/// at run time (<see cref="TelemetryOptions.Sampling"/>).
/// </summary>
/// <remarks>
/// <para>
/// Two kinds of spans start a trace that can be sampled: an incoming request (probes and scrapes are filtered separately, see
/// <see cref="Probes"/>), and sending a message to an actor. Any other span without a parent is upkeep, such as a database
/// statement or a chain call of a background loop. There would be several such traces a second, without any context.
/// </para>
/// <para>
/// A span that starts with <c>sampling.priority</c> above zero is always sampled: its creator has applied its own ratio. A
/// caller's sampling flag is used only if <see cref="TelemetryOptions.TrustCallers"/> is set; otherwise every caller could
/// sample everything, or nothing.
/// </para>
/// </remarks>
internal sealed class RatioSampler(IOptionsMonitor<TelemetryOptions> options) : Sampler, IDisposable
{
    private const string Priority = "sampling.priority";

    private static readonly SamplingResult Sampled = new(SamplingDecision.RecordAndSample);
    private static readonly SamplingResult Dropped = new(SamplingDecision.Drop);

    private readonly LastValidOptions<TelemetryOptions> _options = new(options);

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
    {
        foreach (var tag in samplingParameters.Tags ?? [])
        {
            if (tag is { Key: Priority, Value: > 0 })
            {
                return Sampled;
            }
        }

        var current = _options.Value;
        var parent = samplingParameters.ParentContext;
        if (parent.TraceId == default)
        {
            return samplingParameters.Kind is ActivityKind.Server or ActivityKind.Producer
                ? Decide(current.Sampling)
                : Dropped;
        }

        return samplingParameters.Kind == ActivityKind.Server && parent.IsRemote && !current.TrustCallers
            ? Decide(current.Sampling)
            : parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? Sampled : Dropped;
    }

    public void Dispose() => _options.Dispose();

    // Not derived from the trace id, as is usual, because a caller chooses it.
    private static SamplingResult Decide(double ratio) => Random.Shared.NextDouble() < ratio ? Sampled : Dropped;
}
