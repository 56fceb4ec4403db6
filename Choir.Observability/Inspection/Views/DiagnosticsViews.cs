using Orleans;

namespace Choir.Actors.Inspection;

/// <summary>The temporary changes of log levels and sampling.</summary>
/// <param name="Overrides">The changes in effect, the first to expire first.</param>
/// <param name="Hosts">The hosts that have them; a host that joins later gets them too.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.DiagnosticsView")]
public sealed record DiagnosticsView(
    [property: Id(0)] IReadOnlyList<DiagnosticOverride> Overrides, [property: Id(1)] HostAnswers Hosts);
