namespace Choir.Observatory.Flow;

/// <summary>The time that the figures of the flow cover.</summary>
public enum FlowWindow
{
    /// <summary>About the last minute, as the hosts report it.</summary>
    Live,

    /// <summary>The last five minutes of the history.</summary>
    FiveMinutes,

    /// <summary>The last hour of the history.</summary>
    Hour,
}

/// <summary>The message flow in a window: what the page shows.</summary>
/// <param name="Nodes">The senders and receivers that a link leads from or to; <c>gateway</c> and <c>host</c> first.</param>
/// <param name="Links">The links between them, in the order of their names.</param>
/// <param name="Quiet">The actor types that have no link.</param>
public sealed record FlowFigures(IReadOnlyList<FlowActorType> Nodes, IReadOnlyList<FlowLink> Links, IReadOnlyList<string> Quiet)
{
    /// <summary>The node of that name; null if there is none.</summary>
    /// <param name="name">The name.</param>
    public FlowActorType? Node(string? name) => Nodes.FirstOrDefault(node => node.Name == name);

    /// <summary>The link between two nodes; null if there is none.</summary>
    /// <param name="from">The sender.</param>
    /// <param name="to">The receiver.</param>
    public FlowLink? Link(string? from, string? to) => Links.FirstOrDefault(link => link.From == from && link.To == to);
}

/// <summary>A node of the flow.</summary>
/// <param name="Name">The actor type, <c>host</c> or <c>gateway</c>.</param>
/// <param name="IsActorType">Whether it is an actor type, and not a sender outside of actors.</param>
/// <param name="Received">Received messages per second.</param>
/// <param name="Sent">Sent messages per second.</param>
/// <param name="ErrorShare">The share of received messages that failed, 0 to 1.</param>
/// <param name="LongestQueue">The longest queue of any of its actors: now, or the highest of the window.</param>
/// <param name="P95Ms">The 95th percentile of the time from sending to the end of the handler, in ms; null without messages.</param>
public sealed record FlowActorType(
    string Name, bool IsActorType, double Received, double Sent, double ErrorShare, double LongestQueue, double? P95Ms)
{
    /// <summary>The share of received messages that were refused, 0 to 1.</summary>
    public double RefusedShare { get; init; }

    /// <summary>The share of received messages that were refused and came from actors, 0 to 1.</summary>
    public double RefusedOfActorsShare { get; init; }

    /// <summary>What its size shows: the messages that it receives, or sends if it is no actor type.</summary>
    public double Load => IsActorType ? Received : Math.Max(Received, Sent);
}

/// <summary>All messages from one node to another.</summary>
/// <param name="From">The sender's actor type, <c>host</c> or <c>gateway</c>.</param>
/// <param name="To">The receiver's actor type.</param>
/// <param name="Messages">The message types, the busiest first.</param>
public sealed record FlowLink(string From, string To, IReadOnlyList<FlowMessage> Messages)
{
    /// <summary>Messages per second.</summary>
    public double Rate { get; } = Messages.Sum(message => message.Rate);

    /// <summary>Failed messages per second.</summary>
    public double Errors { get; } = Messages.Sum(message => message.Errors);

    /// <summary>The share of messages that failed, 0 to 1.</summary>
    public double ErrorShare => FlowMessage.Share(Errors, Rate);

    /// <summary>Refused messages per second.</summary>
    public double Refused { get; } = Messages.Sum(message => message.Refused);

    /// <summary>The share of messages that were refused, 0 to 1.</summary>
    public double RefusedShare => FlowMessage.Share(Refused, Rate);

    /// <summary>Whether its sender is an actor type.</summary>
    public bool IsFromActor => FlowReading.IsActorType(From);

    /// <summary>The highest 95th percentile of its message types, in ms; null without messages.</summary>
    public double? P95Ms { get; } = Messages.Max(message => message.P95Ms);
}

/// <summary>The messages of one type from one node to another.</summary>
/// <param name="From">The sender's actor type, <c>host</c> or <c>gateway</c>.</param>
/// <param name="To">The receiver's actor type.</param>
/// <param name="Type">The message type.</param>
/// <param name="Rate">Messages per second.</param>
/// <param name="Errors">Failed messages per second.</param>
/// <param name="P95Ms">
/// The 95th percentile of the time from sending to the end of the handler, in ms: of the last minute, or the highest of the window; null
/// without messages.
/// </param>
public sealed record FlowMessage(string From, string To, string Type, double Rate, double Errors, double? P95Ms)
{
    /// <summary>Refused messages per second.</summary>
    public double Refused { get; init; }

    /// <summary>The share of messages that failed, 0 to 1.</summary>
    public double ErrorShare => Share(Errors, Rate);

    /// <summary>The share of messages that were refused, 0 to 1.</summary>
    public double RefusedShare => Share(Refused, Rate);

    internal static double Share(double part, double rate) => rate > 0 ? Math.Min(1, part / rate) : 0;
}
