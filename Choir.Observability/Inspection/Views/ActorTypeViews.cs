using Orleans;

namespace Choir.Actors.Inspection;

/// <summary>The figures of all actor types, over all hosts.</summary>
/// <param name="Types">The types, in alphabetical order.</param>
/// <param name="Hosts">The hosts that the figures come from.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.ActorTypesView")]
public sealed record ActorTypesView(
    [property: Id(0)] IReadOnlyList<ActorTypeFigures> Types, [property: Id(1)] HostAnswers Hosts);

/// <summary>The figures and hottest actors of one actor type, over all hosts.</summary>
/// <param name="Figures">The figures of the type.</param>
/// <param name="Hottest">Its hottest actors.</param>
/// <param name="Hosts">The hosts that the figures come from.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.ActorTypeView")]
public sealed record ActorTypeView(
    [property: Id(0)] ActorTypeFigures Figures, [property: Id(1)] HottestActors Hottest,
    [property: Id(2)] HostAnswers Hosts);

/// <summary>The figures of one actor type. Rates, shares and times cover about the last minute.</summary>
/// <param name="Type">The type.</param>
/// <param name="Count">Active actors now.</param>
/// <param name="Messages">Messages since the hosts started that were handled, refused or timed out. Those whose senders do not know the outcome are not added: they are counted once they are handled.</param>
/// <param name="MessagesPerSecond">Messages per second.</param>
/// <param name="Errors">Messages since the hosts started that failed or timed out.</param>
/// <param name="ErrorShare">The share of messages that failed, 0 to 1; 0 without messages.</param>
/// <param name="Rejected">Messages since the hosts started that were refused, before a handler got them or by the handler.</param>
/// <param name="MeanMs">The mean time from sending a message to the end of its handler, in ms; null without messages.</param>
/// <param name="P50Ms">The median of that time, in ms. Percentiles have an error of at most an eighth.</param>
/// <param name="P95Ms">The 95th percentile, in ms.</param>
/// <param name="P99Ms">The 99th percentile, in ms.</param>
/// <param name="QueueLength">Messages waiting now at all actors of the type; null for ordinary grains, whose queues Orleans does not report.</param>
/// <param name="LongestQueue">The longest queue of any actor now; null for ordinary grains.</param>
/// <param name="StateSizeBytes">The size of the states of all active actors, in bytes; null for ordinary grains whose storage does not report it.</param>
/// <param name="Restarts">Restarts from the stored state since the hosts started; null for ordinary grains, which have none.</param>
/// <param name="Hosts">The active actors of each host.</param>
/// <param name="MeanQueueMs">The mean time from sending a message to the start of its handler, in ms; null without messages.</param>
/// <param name="MeanProcessingMs">The mean time in the handler, in ms; null without messages.</param>
/// <param name="IsGrain">Whether its actors are ordinary grains of Orleans, whose messages are calls of their methods.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.ActorTypeFigures")]
public sealed record ActorTypeFigures(
    [property: Id(0)] string Type, [property: Id(1)] long Count, [property: Id(2)] long Messages,
    [property: Id(3)] double MessagesPerSecond, [property: Id(4)] long Errors, [property: Id(5)] double ErrorShare,
    [property: Id(6)] long Rejected, [property: Id(7)] double? MeanMs, [property: Id(8)] double? P50Ms,
    [property: Id(9)] double? P95Ms, [property: Id(10)] double? P99Ms, [property: Id(11)] long? QueueLength,
    [property: Id(12)] long? LongestQueue, [property: Id(13)] long? StateSizeBytes, [property: Id(14)] long? Restarts,
    [property: Id(15)] IReadOnlyList<HostCount> Hosts, [property: Id(16)] double? MeanQueueMs, [property: Id(17)] double? MeanProcessingMs,
    [property: Id(18)] bool IsGrain = false)
{
    /// <summary>Activations of about the last minute, those that failed included.</summary>
    [Id(19)]
    public long Activations { get; init; }

    /// <summary>Those of them that failed. The calls or messages for which they were made have failed too, without being counted as messages of ordinary grains.</summary>
    [Id(20)]
    public long FailedActivations { get; init; }

    /// <summary>
    /// Whether each actor handles one message after the other: actors do, and ordinary grains unless they are reentrant or stateless workers, have
    /// methods or timers that interleave, or had calls that ran at once in the last minute.
    /// </summary>
    [Id(22)]
    public bool IsSequential { get; init; }

    /// <summary>Messages per second that were refused, before a handler got them or by the handler.</summary>
    [Id(23)]
    public double RejectedPerSecond { get; init; }

    /// <summary>Messages of about the last minute that were refused because the queue of their actor was full.</summary>
    [Id(25)]
    public long RefusedByFullQueue { get; init; }

    /// <summary>Activations that failed since the hosts started.</summary>
    [Id(24)]
    public long FailedActivationsSinceStart { get; init; }

    /// <summary>Why the last of those that failed did so; null if none has since the hosts started, or if it is not known.</summary>
    [Id(21)]
    public string? ActivationError { get; init; }
}

/// <summary>The actors of a type on one host. Rates and times cover about the last minute.</summary>
/// <param name="Host">The host's name.</param>
/// <param name="Count">Active actors.</param>
/// <param name="MessagesPerSecond">Messages per second.</param>
/// <param name="P95Ms">The 95th percentile of the time from sending a message to the end of its handler, in ms; null without messages.</param>
/// <param name="MeanQueueMs">The mean time from sending a message to the start of its handler, in ms; null without messages.</param>
/// <param name="MeanProcessingMs">The mean time in the handler, in ms; null without messages.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.HostCount")]
public sealed record HostCount(
    [property: Id(0)] string Host, [property: Id(1)] long Count, [property: Id(2)] double MessagesPerSecond,
    [property: Id(3)] double? P95Ms, [property: Id(4)] double? MeanQueueMs, [property: Id(5)] double? MeanProcessingMs);

/// <summary>The hottest actors of a type over all hosts, at most ten by each indicator, the hottest first.</summary>
/// <param name="ByMessages">By messages handled in the last minute.</param>
/// <param name="ByErrors">By failed messages in the last minute.</param>
/// <param name="ByBusyTime">By total processing time in the last minute.</param>
/// <param name="ByProcessingTime">By mean processing time in the last minute.</param>
/// <param name="ByQueueLength">By messages waiting now.</param>
/// <param name="ByStateSize">By size of the stored state now.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.HottestActors")]
public sealed record HottestActors(
    [property: Id(0)] IReadOnlyList<HotActor> ByMessages, [property: Id(1)] IReadOnlyList<HotActor> ByErrors,
    [property: Id(2)] IReadOnlyList<HotActor> ByBusyTime, [property: Id(3)] IReadOnlyList<HotActor> ByProcessingTime,
    [property: Id(4)] IReadOnlyList<HotActor> ByQueueLength, [property: Id(5)] IReadOnlyList<HotActor> ByStateSize);
