using System.ComponentModel.DataAnnotations;

namespace Choir.ServiceDefaults.Health;

/// <summary>Settings of the health checks. Configuration section <c>Health</c>.</summary>
public sealed class HealthOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Health";

    /// <summary>The timeout of one check. Default 2 s, from 100 ms to 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:30")]
    public TimeSpan CheckTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a result is cached, which limits the load that probes cause. Default 1 s, from 0 to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan CacheTime { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The interval of checks without a probe. Default 5 s, from 1 s to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long after startup a component that was never healthy counts as starting: its status is shown, but not logged as a
    /// failure. Default 30 s, from 0 to 10 min.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan StartGrace { get; set; } = TimeSpan.FromSeconds(30);
}
