using Microsoft.Extensions.Logging;
using Orleans;

namespace Choir.Actors;

/// <summary>Another log level or sampling for one actor type or one actor, for a time.</summary>
/// <param name="Type">The actor type.</param>
/// <param name="Id">The actor; null for all of the type.</param>
/// <param name="LogLevel">Records of this level and above are written; null leaves it as configured.</param>
/// <param name="Sampling">The share of messages whose traces are kept, 0 to 1; null leaves it as configured.</param>
/// <param name="Until">When it ends.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.DiagnosticOverride")]
public sealed record DiagnosticOverride(
    [property: Id(0)] string Type,
    [property: Id(1)] string? Id,
    [property: Id(2)] LogLevel? LogLevel,
    [property: Id(3)] double? Sampling,
    [property: Id(4)] DateTimeOffset Until);
