using Choir.Actors.Messaging;
using Choir.Actors.Telemetry;
using Orleans;

namespace Choir.Actors;

/// <summary>Everything that an actor is told. Immutable once sent.</summary>
[GenerateSerializer, Immutable, Alias("Choir.Actors.ActorMessage")]
public sealed class ActorMessage
{
    /// <summary>The version of this envelope that this library writes.</summary>
    public const byte CurrentVersion = 1;

    /// <summary>The protocol version of the envelope.</summary>
    [Id(0)]
    public byte Version { get; init; } = CurrentVersion;

    /// <summary>This message, a UUIDv7.</summary>
    [Id(1)]
    public required Guid Id { get; init; }

    /// <summary>What kind of message it is, in upper snake case: <c>PROCESS_INPUT</c>, <c>PING</c>.</summary>
    [Id(2)]
    public required string Type { get; init; }

    /// <summary>The content as UTF-8 JSON; its length is the message's size. Never changed once sent.</summary>
    [Id(3)]
    public required byte[] Data { get; init; }

    /// <summary>The actor that sent it; none for the gateway and other programs outside the cluster.</summary>
    [Id(4)]
    public ActorAddress Sender { get; init; }

    /// <summary>The id of the message that began it all; the same on every message that follows from it.</summary>
    [Id(5)]
    public required Guid CorrelationId { get; init; }

    /// <summary>The id of the message whose handler sent this one; empty for the first.</summary>
    [Id(6)]
    public Guid CausationId { get; init; }

    /// <summary>
    /// The span that sent it. Where no trace was at work, one that nobody keeps, named after the correlation: so every
    /// message has ids that flow into logs and replies, and making them costs the message path nothing.
    /// </summary>
    public TraceContext TraceContext
    {
        get => SenderTrace.IsNone ? TraceContext.Unsampled(CorrelationId, Id) : SenderTrace;
        init => SenderTrace = value;
    }

    /// <summary>The span that sent it; empty where no trace was at work. Not changed once the message is on its way.</summary>
    [Id(7)]
    internal TraceContext SenderTrace { get; set; }

    /// <summary>When it was sent, by the sender's wall clock, in UTC ticks.</summary>
    [Id(8)]
    public required long SentAtTicks { get; init; }

    /// <summary>When it was sent, by the sending process' monotonic clock, in its timestamp units.</summary>
    [Id(9)]
    public required long SentTimestamp { get; init; }

    /// <summary>Which process sent it: <see cref="SentTimestamp"/> means something only there.</summary>
    [Id(10)]
    public required long SenderProcess { get; init; }

    /// <summary>When it expires, in UTC ticks; zero for never. An expired message is dropped at its turn.</summary>
    [Id(11)]
    public long DeadlineTicks { get; init; }

    /// <summary>Whether the sender awaits the reply. A message that nobody awaits becomes a dead letter when refused.</summary>
    [Id(12)]
    public bool ExpectsReply { get; init; }

    /// <summary>
    /// Whether it is Choir's own upkeep (<see cref="SendOptions.IsUpkeep"/>), or follows from it. It is counted like any other
    /// message, but makes no trace and no log record at information or above unless it fails, is slow, or diagnostics of its
    /// actor ask for it.
    /// </summary>
    [Id(13)]
    public bool IsUpkeep { get; init; }

    /// <summary>Where it goes; known to the sender's process only, and there once the actor's type is known to exist.</summary>
    [field: NonSerialized]
    internal KnownActor To { get; set; }

    /// <summary>
    /// Who still has to count how long the sender waited; null once that is done, where nobody waits, and in any other
    /// process than the sender's.
    /// </summary>
    [field: NonSerialized]
    internal ActorTelemetry? AskCounter { get; set; }

    /// <summary>How long the sender waits for the reply; null where nobody waits or there is no limit.</summary>
    internal TimeSpan? AskTimeout =>
        ExpectsReply && DeadlineTicks != 0 ? new TimeSpan(DeadlineTicks - SentAtTicks) : null;
}
