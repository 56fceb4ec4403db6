using System.Diagnostics.Metrics;
using System.Text.Json;
using Choir.Actors;
using Choir.Contracts.Threads;

namespace Choir.ActorHost.PostChain;

/// <summary>
/// How long cycles and their phases take. Recorded by whoever stores that a step is done, from the stored times: so once,
/// however often a step is told or taken up again.
/// </summary>
internal sealed class PostChainMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Choir.PostChain";

    private readonly Histogram<double> _cycleTime;
    private readonly Histogram<double> _phaseTime;

    public PostChainMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _cycleTime = meter.CreateSecondsHistogram(
            "cycle.time", "From the acceptance of an input to the end of a stage: its result is stored, or it is on the chain.");
        _phaseTime = meter.CreateSecondsHistogram("phase.time", "How long a phase worked on its step of a cycle.");
    }

    /// <summary>A cycle has its result, or failed.</summary>
    public void Yielded(TimeSpan sinceAcceptance, bool ok) => Ended("yielded", sinceAcceptance, ok);

    /// <summary>A cycle is on the chain for the first time, or will never be.</summary>
    public void Anchored(TimeSpan sinceAcceptance, bool ok) => Ended("anchored", sinceAcceptance, ok);

    /// <summary>A phase's step is stored.</summary>
    public void PhaseTaken(Phase phase, double milliseconds) => _phaseTime.Record(
        milliseconds / 1_000,
        new KeyValuePair<string, object?>("phase", JsonNamingPolicy.CamelCase.ConvertName(phase.ToString())));

    private void Ended(string stage, TimeSpan sinceAcceptance, bool ok) => _cycleTime.Record(
        sinceAcceptance.TotalSeconds,
        new KeyValuePair<string, object?>("stage", stage),
        new KeyValuePair<string, object?>("outcome", ok ? "ok" : "error"));
}
