using Orleans;

namespace Choir.Actors.Inspection;

/// <summary>Log levels and sampling that are changed for a time.</summary>
/// <param name="Overrides">Those in force, the next to end first.</param>
/// <param name="Hosts">The hosts that have them; one that joins later learns of them.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.DiagnosticsView")]
public sealed record DiagnosticsView(
    [property: Id(0)] IReadOnlyList<DiagnosticOverride> Overrides,
    [property: Id(1)] HostAnswers Hosts);
