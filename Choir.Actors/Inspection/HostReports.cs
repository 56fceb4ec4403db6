using Orleans;

namespace Choir.Actors.Inspection;

/// <summary>What one host counted.</summary>
/// <param name="WindowSeconds">How long the last minute was.</param>
/// <param name="Types">Its actor types.</param>
/// <param name="Edges">Its edges of the message flow.</param>
/// <param name="Hottest">By each indicator in turn; empty unless one type was asked for.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.HostFigures")]
internal sealed record HostFigures(
    [property: Id(0)] double WindowSeconds,
    [property: Id(1)] HostTypeFigures[] Types,
    [property: Id(2)] HostEdgeFigures[] Edges,
    [property: Id(3)] HotActor[][] Hottest);

/// <summary>What one host knows of a type beside its messages.</summary>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.HostTypeFigures")]
internal sealed record HostTypeFigures(
    [property: Id(0)] string Type,
    [property: Id(1)] long Count,
    [property: Id(2)] long QueueLength,
    [property: Id(3)] long LongestQueue,
    [property: Id(4)] long StateSize,
    [property: Id(5)] long Restarts);

/// <summary>What one host counted of an edge.</summary>
/// <param name="SourceType">The sender's type.</param>
/// <param name="ActorType">The type that gets it.</param>
/// <param name="MessageType">What it is.</param>
/// <param name="Outcomes">Messages by outcome, since the start.</param>
/// <param name="Recent">Messages by outcome over the last minute.</param>
/// <param name="Latencies">Latencies over the last minute, by bucket.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.HostEdgeFigures")]
internal sealed record HostEdgeFigures(
    [property: Id(0)] string SourceType,
    [property: Id(1)] string ActorType,
    [property: Id(2)] string MessageType,
    [property: Id(3)] long[] Outcomes,
    [property: Id(4)] long[] Recent,
    [property: Id(5)] long[] Latencies);

/// <summary>What one host knows of one actor.</summary>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.HostActor")]
internal sealed record HostActor(
    [property: Id(0)] LiveActor? Live,
    [property: Id(1)] MessageHop[] Messages,
    [property: Id(2)] StateChange[] StateChanges);

/// <summary>What is stuck at one host.</summary>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.HostStuck")]
internal sealed record HostStuck(
    [property: Id(0)] double SlowAfterMs,
    [property: Id(1)] StuckHandler[] Handlers,
    [property: Id(2)] ActorWait[] Waits,
    [property: Id(3)] Deadlock[] Deadlocks,
    [property: Id(4)] bool IsCut);

/// <summary>What one host holds of a correlation.</summary>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.HostTrace")]
internal sealed record HostTrace([property: Id(0)] MessageHop[] Hops, [property: Id(1)] bool IsCut);
