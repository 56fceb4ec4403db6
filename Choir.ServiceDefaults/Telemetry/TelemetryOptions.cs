using System.ComponentModel.DataAnnotations;

namespace Choir.ServiceDefaults.Telemetry;

/// <summary>Settings of the telemetry export. Configuration section <c>Telemetry</c>.</summary>
public sealed class TelemetryOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Telemetry";

    /// <summary>The default sampling ratio in development.</summary>
    public const double DefaultSamplingInDevelopment = 1;

    /// <summary>The default sampling ratio in any other environment.</summary>
    public const double DefaultSampling = 0.01;

    /// <summary>
    /// The ratio of sampled traces, from 0 to 1. Default 1 in Development and 0.01 in any other environment. The decision is
    /// made at the start of a trace and applies to all its spans. Upkeep (probes, scrapes, health pings, timers, heartbeats)
    /// is never traced. Set it to 1 if a collector does the sampling. A change in a reloading configuration source applies to
    /// new traces.
    /// </summary>
    [Range(0.0, 1.0, ErrorMessage = "Telemetry:Sampling must be from 0 (no trace) to 1 (every trace).")]
    public double Sampling { get; set; } = DefaultSampling;

    /// <summary>
    /// Whether the sampled flag of a caller's <c>traceparent</c> is used. Default false: the ratio decides, also for a trace
    /// that a caller started, and the caller's <c>baggage</c> is ignored. Trace id and parent span are used in both cases. Set it
    /// if only trusted callers can reach the service.
    /// </summary>
    public bool TrustCallers { get; set; }

    /// <summary>
    /// Whether histograms are exported over OTLP with exponential buckets instead of the instruments' explicit ones. Default
    /// false. Prometheus always gets the explicit ones.
    /// </summary>
    public bool ExponentialHistograms { get; set; }
}
