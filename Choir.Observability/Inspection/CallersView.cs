using Choir.Observability;
using Orleans;

namespace Choir.Actors.Inspection;

/// <summary>Which callers still wait, of those that only the hosts of the called grains have reported: what one host knows.</summary>
/// <param name="MayWait">Those that are here and await an answer, or may do so.</param>
/// <param name="DoNotWait">Those that are here and await none that is not reported.</param>
/// <param name="KnowsAll">Whether those that are in neither list are not here.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.CallersView")]
internal sealed record CallersView(
    [property: Id(0)] ActorAddress[] MayWait, [property: Id(1)] ActorAddress[] DoNotWait, [property: Id(2)] bool KnowsAll);
