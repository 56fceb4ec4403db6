using System.ComponentModel;
using System.Globalization;
using System.Text.Json.Serialization;
using Choir.Observatory.Api.Problems;
using Microsoft.Extensions.Logging;

namespace Choir.Observatory.Api.Actors;

/// <summary>A log level or sampling for a limited time.</summary>
/// <param name="LogLevel">Records of this level and above are written, regardless of configuration; unchanged if omitted.</param>
/// <param name="Sampling">The share of messages whose traces are kept, 0 to 1; unchanged if omitted.</param>
/// <param name="Minutes">Duration in minutes, 1 to 1440; 10 if omitted.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record DiagnosticsRequest(
    [property: Description("trace, debug, information, warning, error or critical; unchanged if omitted.")] string? LogLevel = null,
    [property: Description("The share of messages whose traces are kept, 0 to 1; unchanged if omitted.")] double? Sampling = null,
    [property: Description("Duration in minutes, 1 to 1440; 10 if omitted.")] int? Minutes = null)
{
    private const int DefaultMinutes = 10;
    private const int MaxMinutes = 1_440;

    /// <exception cref="ApiProblemException">A value is missing or out of range.</exception>
    public (LogLevel? Level, double? Sampling, TimeSpan Duration) Check()
    {
        if (LogLevel is null && Sampling is null)
        {
            throw ApiProblemException.Invalid("Set \"logLevel\", \"sampling\" or both.");
        }

        // A number may be read from a text, so it may be "NaN", which is neither less nor more.
        if (Sampling is not (null or (>= 0 and <= 1)))
        {
            throw ApiProblemException.Invalid($"\"sampling\" must be from 0 to 1; it is {Sampling.Value.ToString(CultureInfo.InvariantCulture)}.");
        }

        if (Minutes is < 1 or > MaxMinutes)
        {
            throw ApiProblemException.Invalid($"\"minutes\" must be from 1 to {MaxMinutes}; it is {Minutes}.");
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
        _ => throw ApiProblemException.Invalid("\"logLevel\" must be trace, debug, information, warning, error or critical."),
    };
}
