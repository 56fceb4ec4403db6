using System.ComponentModel.DataAnnotations;

namespace Choir.ServiceDefaults.Telemetry;

/// <summary>What of the telemetry leaves the process. Configuration section <c>Telemetry</c>.</summary>
public sealed class TelemetryOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Telemetry";

    /// <summary>The share of traces that is sampled in development where nothing else is said: all of them.</summary>
    public const double DefaultSamplingInDevelopment = 1;

    /// <summary>The share of traces that is sampled in any other environment where nothing else is said.</summary>
    public const double DefaultSampling = 0.01;

    /// <summary>
    /// The share of traces that is sampled, from 0 to 1; default 1 in the environment Development, so that every conversation
    /// is a trace there, and 0.01 in any other. It is decided where a trace begins, and everything that follows keeps to it.
    /// Choir's own upkeep (probes, scrapes, health pings, timers, heartbeats) is no trace whatever the share is. Set it to 1
    /// where a collector behind does the sampling: it cannot keep what was never sent. A change in a configuration source
    /// that reloads holds from the next trace on.
    /// </summary>
    [Range(0.0, 1.0, ErrorMessage = "Telemetry:Sampling must be from 0 (no trace) to 1 (every trace).")]
    public double Sampling { get; set; } = DefaultSampling;

    /// <summary>
    /// Whether a caller's <c>traceparent</c> decides if its request is sampled; default false: the share decides, also about a
    /// trace that a caller has begun. Its id and the caller's span are kept in both cases. Set it where only callers that are
    /// trusted can reach the service.
    /// </summary>
    public bool TrustCallers { get; set; }

    /// <summary>
    /// Whether histograms leave over OTLP with exponential buckets instead of the instruments' own; default false.
    /// Prometheus always gets the instruments' own.
    /// </summary>
    public bool ExponentialHistograms { get; set; }
}
