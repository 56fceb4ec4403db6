using System.ComponentModel.DataAnnotations;

namespace Choir.ServiceDefaults.Health;

/// <summary>How health is looked at. Configuration section <c>Health</c>.</summary>
public sealed class HealthOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Health";

    /// <summary>How long a component may take to answer. Default 2 s, from 100 ms to 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:30")]
    public TimeSpan CheckTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long an answer is kept, so that probes cannot load what they probe. Default 1 s, from 0 to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan CacheTime { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often health is looked at when nobody probes. Default 5 s, from 1 s to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// For how long after the start a component that was never healthy is taken to be still starting, so that its state is
    /// shown but not logged as a failure. Default 30 s, from 0 to 10 min.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan StartGrace { get; set; } = TimeSpan.FromSeconds(30);
}
