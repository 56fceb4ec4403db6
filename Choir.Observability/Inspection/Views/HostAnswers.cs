using Orleans;

namespace Choir.Actors.Inspection;

/// <summary>The hosts that an answer comes from.</summary>
/// <param name="Answered">The names of the hosts whose part it includes.</param>
/// <param name="Missing">The active hosts that did not answer in time: their part is missing.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.HostAnswers")]
public sealed record HostAnswers(
    [property: Id(0)] IReadOnlyList<string> Answered, [property: Id(1)] IReadOnlyList<string> Missing)
{
    internal static HostAnswers None { get; } = new([], []);
}
