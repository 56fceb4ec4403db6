using Orleans;

namespace Choir.Actors.Inspection;

/// <summary>Who sends what to whom, over all hosts. Rates and times are those of about the last minute.</summary>
/// <param name="WindowSeconds">How long that minute was, in seconds: less after a start.</param>
/// <param name="Nodes">The actor types, and <c>gateway</c> for senders outside the cluster.</param>
/// <param name="Edges">What goes from one to another.</param>
/// <param name="Hosts">Where the figures come from.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.FlowView")]
public sealed record FlowView(
    [property: Id(0)] double WindowSeconds,
    [property: Id(1)] IReadOnlyList<FlowNode> Nodes,
    [property: Id(2)] IReadOnlyList<FlowEdgeView> Edges,
    [property: Id(3)] HostAnswers Hosts);

/// <summary>An actor type in the message flow.</summary>
/// <param name="Type">Its name; <c>gateway</c> for senders outside the cluster.</param>
/// <param name="MessagesPerSecond">Messages that it gets a second.</param>
/// <param name="SentPerSecond">Messages that it sends a second.</param>
/// <param name="ErrorsPerSecond">Messages that fail at it a second.</param>
/// <param name="Messages">Messages that it got since the hosts started.</param>
/// <param name="Errors">Messages that failed at it since the hosts started.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.FlowNode")]
public sealed record FlowNode(
    [property: Id(0)] string Type,
    [property: Id(1)] double MessagesPerSecond,
    [property: Id(2)] double SentPerSecond,
    [property: Id(3)] double ErrorsPerSecond,
    [property: Id(4)] long Messages,
    [property: Id(5)] long Errors);

/// <summary>One type of message from one actor type to another.</summary>
/// <param name="SourceType">The sender's actor type, or <c>gateway</c>.</param>
/// <param name="ActorType">The actor type that gets it.</param>
/// <param name="MessageType">The message type; <c>_unknown_</c> for all that the actor type has no handler for.</param>
/// <param name="MessagesPerSecond">Messages a second.</param>
/// <param name="ErrorsPerSecond">Messages that fail a second.</param>
/// <param name="MeanMs">The mean time from a message's being sent to its handler's end, in ms; null without messages.</param>
/// <param name="P50Ms">The median of the same, in ms. It and the further ones are right to an eighth.</param>
/// <param name="P95Ms">The 95th percentile, in ms.</param>
/// <param name="P99Ms">The 99th percentile, in ms.</param>
/// <param name="Messages">Messages since the hosts started.</param>
/// <param name="Errors">Messages that failed since the hosts started.</param>
/// <param name="Outcomes">Messages since the hosts started by what became of them: ok, error, rejected, timeout, unknown.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.FlowEdgeView")]
public sealed record FlowEdgeView(
    [property: Id(0)] string SourceType,
    [property: Id(1)] string ActorType,
    [property: Id(2)] string MessageType,
    [property: Id(3)] double MessagesPerSecond,
    [property: Id(4)] double ErrorsPerSecond,
    [property: Id(5)] double? MeanMs,
    [property: Id(6)] double? P50Ms,
    [property: Id(7)] double? P95Ms,
    [property: Id(8)] double? P99Ms,
    [property: Id(9)] long Messages,
    [property: Id(10)] long Errors,
    [property: Id(11)] IReadOnlyDictionary<string, long> Outcomes);
