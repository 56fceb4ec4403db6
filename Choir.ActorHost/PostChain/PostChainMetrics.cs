using System.Diagnostics.Metrics;
using System.Text.Json;
using Choir.Actors;
using Choir.Contracts.Threads;

namespace Choir.ActorHost.PostChain;

/// <summary>
/// The duration of cycles and phases. Recorded by the actor whose write to the store succeeded, from the stored times, so
/// once even if messages are repeated or a cycle is resumed.
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
        _cycleTime = meter.CreateLongSecondsHistogram(
            "cycle.time", "Time from accepting an input to the end of a stage: result stored, or anchored on the chain.");
        _phaseTime = meter.CreateSecondsHistogram("phase.time", "Time that a phase took for a cycle.");
    }

    /// <summary>A cycle completed or failed.</summary>
    public void Yielded(TimeSpan sinceAcceptance, bool ok) => Ended("yielded", sinceAcceptance, ok);

    /// <summary>A cycle was anchored for the first time, or cannot be anchored.</summary>
    public void Anchored(TimeSpan sinceAcceptance, bool ok) => Ended("anchored", sinceAcceptance, ok);

    public void PhaseSaved(Phase phase, double milliseconds) => _phaseTime.RecordSeconds(
        TimeSpan.FromMilliseconds(milliseconds),
        new KeyValuePair<string, object?>("phase", JsonNamingPolicy.CamelCase.ConvertName(phase.ToString())));

    private void Ended(string stage, TimeSpan sinceAcceptance, bool ok) => _cycleTime.RecordSeconds(
        sinceAcceptance,
        new KeyValuePair<string, object?>("stage", stage),
        new KeyValuePair<string, object?>("outcome", ok ? "ok" : "error"));
}
