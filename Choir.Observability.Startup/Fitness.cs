namespace Choir.Observability.Startup;

/// <summary>Whether the assemblies of an application fit.</summary>
/// <param name="Problem">Why its grains cannot be observed, a sentence; null if they can.</param>
/// <param name="CanExport">
/// Whether the hook may add an exporter. It must not if the application's OpenTelemetry is older than the hook's: the assemblies of two
/// versions do not work together, so that only the application's own can export.
/// </param>
internal sealed record Fitness(string? Problem, bool CanExport = false);
