using System.ComponentModel.DataAnnotations;

namespace Choir.ServiceDefaults.Logging;

/// <summary>Limits of log records. Configuration section <c>Logging:Limit</c>.</summary>
public sealed class LogLimitOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Logging:Limit";

    /// <summary>
    /// The most records of one kind per second; a kind is an event of a logger. Default 20; 0 for no limit. The next record of
    /// the kind has the number of those that were not written, as <c>suppressed</c>; without one, <c>records_suppressed</c> has it
    /// within a minute, or when the service stops. Records below information, and those whose
    /// event has a limit of its own, are not limited.
    /// </summary>
    [Range(0, 1_000_000, ErrorMessage = "Logging:Limit:PerSecond must be from 0 (no limit) to 1000000.")]
    public int PerSecond { get; set; } = 20;
}
