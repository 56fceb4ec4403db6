using Orleans;

namespace Choir.Actors.Inspection;

/// <summary>The message flow between actor types, over all hosts. Rates and times cover about the last minute.</summary>
/// <param name="WindowSeconds">The exact length of that window, in seconds: shorter after a start.</param>
/// <param name="Nodes">The actor types, <c>host</c> for services of actor hosts, and <c>gateway</c> for senders outside the cluster.</param>
/// <param name="Edges">The messages from one node to another.</param>
/// <param name="Hosts">The hosts that the figures come from.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.FlowView")]
public sealed record FlowView(
    [property: Id(0)] double WindowSeconds, [property: Id(1)] IReadOnlyList<FlowNode> Nodes,
    [property: Id(2)] IReadOnlyList<FlowEdgeView> Edges, [property: Id(3)] HostAnswers Hosts);

/// <summary>An actor type in the message flow.</summary>
/// <param name="Type">The type, <c>host</c> or <c>gateway</c>.</param>
/// <param name="MessagesPerSecond">Received messages per second.</param>
/// <param name="SentPerSecond">Sent messages per second.</param>
/// <param name="ErrorsPerSecond">Received messages per second that failed.</param>
/// <param name="Messages">Received messages since the hosts started, without the outcome <c>unknown</c>.</param>
/// <param name="Errors">Received messages since the hosts started that failed.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.FlowNode")]
public sealed record FlowNode(
    [property: Id(0)] string Type, [property: Id(1)] double MessagesPerSecond, [property: Id(2)] double SentPerSecond,
    [property: Id(3)] double ErrorsPerSecond, [property: Id(4)] long Messages, [property: Id(5)] long Errors);

/// <summary>The messages of one type from one actor type to another.</summary>
/// <param name="SourceType">The sender's actor type, <c>host</c> or <c>gateway</c>.</param>
/// <param name="ActorType">The receiver's actor type.</param>
/// <param name="MessageType">The message type; <c>_unknown_</c> for all types without a handler.</param>
/// <param name="MessagesPerSecond">Messages per second.</param>
/// <param name="ErrorsPerSecond">Failed messages per second.</param>
/// <param name="MeanMs">The mean time from sending a message to the end of its handler, in ms; null without messages.</param>
/// <param name="P50Ms">The median of that time, in ms. Percentiles have an error of at most an eighth.</param>
/// <param name="P95Ms">The 95th percentile, in ms.</param>
/// <param name="P99Ms">The 99th percentile, in ms.</param>
/// <param name="Messages">Messages since the hosts started, without the outcome <c>unknown</c>: such a message is counted once it is handled.</param>
/// <param name="Errors">Messages that failed since the hosts started.</param>
/// <param name="Outcomes">Messages since the hosts started, by outcome: ok, error, rejected, timeout, unknown.</param>
/// <param name="MeanQueueMs">The mean part of that time from sending to the start of the handler, in ms; null without messages.</param>
/// <param name="MeanProcessingMs">The mean part in the handler, in ms; null without messages.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.FlowEdgeView")]
public sealed record FlowEdgeView(
    [property: Id(0)] string SourceType, [property: Id(1)] string ActorType, [property: Id(2)] string MessageType,
    [property: Id(3)] double MessagesPerSecond, [property: Id(4)] double ErrorsPerSecond,
    [property: Id(5)] double? MeanMs, [property: Id(6)] double? P50Ms, [property: Id(7)] double? P95Ms,
    [property: Id(8)] double? P99Ms, [property: Id(9)] long Messages, [property: Id(10)] long Errors,
    [property: Id(11)] IReadOnlyDictionary<string, long> Outcomes,
    [property: Id(12)] double? MeanQueueMs, [property: Id(13)] double? MeanProcessingMs)
{
    /// <summary>Messages per second that were refused, before a handler got them or by the handler.</summary>
    [Id(14)]
    public double RejectedPerSecond { get; init; }
}
