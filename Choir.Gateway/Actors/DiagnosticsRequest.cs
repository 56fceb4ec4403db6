using System.ComponentModel;
using Choir.Gateway.Problems;

namespace Choir.Gateway.Actors;

/// <summary>Another log level or sampling, for a time.</summary>
/// <param name="LogLevel">Records of this level and above are written, whatever is configured; unchanged if left out.</param>
/// <param name="Sampling">The share of messages whose traces are kept, 0 to 1; unchanged if left out.</param>
/// <param name="Minutes">For how long, 1 to 1440; 10 if left out.</param>
internal sealed record DiagnosticsRequest(
    [property: Description("trace, debug, information, warning, error or critical; unchanged if left out.")] string? LogLevel = null,
    [property: Description("The share of messages whose traces are kept, 0 to 1; unchanged if left out.")] double? Sampling = null,
    [property: Description("For how long, 1 to 1440; 10 if left out.")] int? Minutes = null)
{
    private const int DefaultMinutes = 10;
    private const int MaxMinutes = 1_440;

    /// <summary>Refuses what cannot be set.</summary>
    public (LogLevel? Level, double? Sampling, TimeSpan Duration) Check()
    {
        if (LogLevel is null && Sampling is null)
        {
            throw ProblemException.Invalid("Say what to change: \"logLevel\", \"sampling\" or both.");
        }

        if (Sampling is < 0 or > 1)
        {
            throw ProblemException.Invalid($"\"sampling\" must be from 0 to 1; it is {Sampling}.");
        }

        if (Minutes is < 1 or > MaxMinutes)
        {
            throw ProblemException.Invalid($"\"minutes\" must be from 1 to {MaxMinutes}; it is {Minutes}.");
        }

        return (LogLevel is null ? null : Level(LogLevel), Sampling, TimeSpan.FromMinutes(Minutes ?? DefaultMinutes));
    }

    private static LogLevel Level(string name) => name.ToUpperInvariant() switch
    {
        "TRACE" => Microsoft.Extensions.Logging.LogLevel.Trace,
        "DEBUG" => Microsoft.Extensions.Logging.LogLevel.Debug,
        "INFO" or "INFORMATION" => Microsoft.Extensions.Logging.LogLevel.Information,
        "WARNING" => Microsoft.Extensions.Logging.LogLevel.Warning,
        "ERROR" => Microsoft.Extensions.Logging.LogLevel.Error,
        "CRITICAL" => Microsoft.Extensions.Logging.LogLevel.Critical,
        _ => throw ProblemException.Invalid("\"logLevel\" must be trace, debug, information, warning, error or critical."),
    };
}
