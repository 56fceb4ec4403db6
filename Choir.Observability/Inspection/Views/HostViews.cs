using Orleans;

namespace Choir.Actors.Inspection;

/// <summary>The processes of all actor hosts.</summary>
/// <param name="Hosts">The hosts, by name.</param>
/// <param name="Answers">The hosts that answered, and those that did not.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.HostsView")]
public sealed record HostsView([property: Id(0)] IReadOnlyList<HostView> Hosts, [property: Id(1)] HostAnswers Answers);

/// <summary>The process of an actor host.</summary>
/// <param name="Name">The host's name.</param>
/// <param name="UptimeSeconds">How long its process has been running, in seconds.</param>
/// <param name="CpuShare">The processor time of the process since the last reading, as a share of all its processors, 0 to 1; null at the first reading.</param>
/// <param name="Processors">The number of processors that it may use.</param>
/// <param name="WorkingSetBytes">The memory that the process occupies, in bytes.</param>
/// <param name="HeapBytes">The size of the managed heap after the last garbage collection, in bytes.</param>
/// <param name="MemoryLoad">The share of the machine's or the container's memory that is in use, 0 to 1, as of the last garbage collection.</param>
/// <param name="GcPauseShare">The share of time in which garbage collections stopped the process since the last reading, 0 to 1; null at the first reading.</param>
/// <param name="ThreadPoolThreads">The threads of the thread pool.</param>
/// <param name="ThreadPoolQueue">The work items that wait for a thread of the pool.</param>
/// <param name="Actors">Active actors.</param>
/// <param name="QueueLength">Messages waiting at all its actors.</param>
/// <param name="LongestQueue">The longest queue of any of its actors.</param>
/// <param name="Dependencies">What the host calls outside of its actors, as far as <see cref="IDependencyFigures"/> report it.</param>
/// <param name="Version">The version of the program, without what its build appends; null if it has none.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.HostView")]
public sealed record HostView(
    [property: Id(0)] string Name, [property: Id(1)] double UptimeSeconds, [property: Id(2)] double? CpuShare,
    [property: Id(3)] int Processors, [property: Id(4)] long WorkingSetBytes, [property: Id(5)] long HeapBytes,
    [property: Id(6)] double MemoryLoad, [property: Id(7)] double? GcPauseShare, [property: Id(8)] int ThreadPoolThreads,
    [property: Id(9)] long ThreadPoolQueue, [property: Id(10)] long Actors, [property: Id(11)] long QueueLength,
    [property: Id(12)] long LongestQueue, [property: Id(13)] IReadOnlyList<DependencyFigures> Dependencies,
    [property: Id(14)] string? Version = null);

/// <summary>Ids of active actors of a type.</summary>
/// <param name="Ids">The ids, in ordinal order.</param>
/// <param name="IsCut">Whether more ids match than are listed.</param>
/// <param name="Hosts">The hosts that the ids come from.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.ActorIdsView")]
public sealed record ActorIdsView(
    [property: Id(0)] IReadOnlyList<string> Ids, [property: Id(1)] bool IsCut, [property: Id(2)] HostAnswers Hosts);
