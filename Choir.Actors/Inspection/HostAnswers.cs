using Orleans;

namespace Choir.Actors.Inspection;

/// <summary>Which hosts an answer comes from.</summary>
/// <param name="Answered">The hosts whose figures are in it, as <c>name (address)</c>.</param>
/// <param name="Missing">The active hosts that did not answer in time: what they know is not in it.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.HostAnswers")]
public sealed record HostAnswers(
    [property: Id(0)] IReadOnlyList<string> Answered,
    [property: Id(1)] IReadOnlyList<string> Missing);
