using Microsoft.Extensions.Logging;
using Orleans;

namespace Choir.Actors;

/// <summary>A log level or a sampling ratio for one actor type or one actor, for a limited time.</summary>
/// <param name="Type">The actor type.</param>
/// <param name="Id">The actor's id; null for all actors of the type.</param>
/// <param name="LogLevel">Records of this level and above are written; null for the configured level.</param>
/// <param name="Sampling">The share of messages that are traced, 0 to 1; null for the configured share.</param>
/// <param name="Until">When the override ends.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.DiagnosticOverride")]
public sealed record DiagnosticOverride(
    [property: Id(0)] string Type,
    [property: Id(1)] string? Id,
    [property: Id(2)] LogLevel? LogLevel,
    [property: Id(3)] double? Sampling,
    [property: Id(4)] DateTimeOffset Until);
