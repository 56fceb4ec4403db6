using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Engine;

/// <summary>Counts the operations of a run, of one scenario, or of a stage. Not thread-safe.</summary>
internal sealed class ScopeRecorder
{
    /// <summary>Operations that were due.</summary>
    public long Due { get; set; }

    /// <summary>Successful operations of those that were due.</summary>
    public long Succeeded { get; set; }

    /// <summary>Successful operations that ended within the time, whenever they were due. They make the rate.</summary>
    public long Completed { get; set; }

    public ErrorCounts Errors { get; } = new();

    public LatencyHistogram Latency { get; } = new(digits: 3);

    /// <summary>The share of ended operations that failed or were not sent.</summary>
    public double ErrorShare => Succeeded + Errors.Total is > 0 and var ended ? Errors.Total / (double)ended : 0;

    public void Succeed(double latency)
    {
        Succeeded++;
        Latency.Add(latency);
    }

    public MeasuredScope Measure(double seconds) => new(seconds > 0 ? Completed / seconds : 0, ErrorShare, Latency.Figures());
}

/// <summary>The figures of a run, a scenario or a stage.</summary>
/// <param name="Rate">Successful operations per second.</param>
/// <param name="ErrorShare">The share that failed or was not sent.</param>
/// <param name="Latency">The latency of successful operations.</param>
internal sealed record MeasuredScope(double Rate, double ErrorShare, LatencyFigures Latency);
