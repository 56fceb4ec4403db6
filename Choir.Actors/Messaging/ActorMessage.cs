using Choir.Actors.Inspection;
using Choir.Actors.Messaging;
using Choir.Observability;
using Orleans;

namespace Choir.Actors;

/// <summary>A message to an actor. Must not be changed once sent.</summary>
[GenerateSerializer, Immutable, Alias("Choir.Actors.ActorMessage")]
public sealed class ActorMessage : IAskMessage
{
    /// <summary>The envelope version that this library sends.</summary>
    public const byte CurrentVersion = 1;

    /// <summary>The version of this envelope.</summary>
    [Id(0)]
    public byte Version { get; init; } = CurrentVersion;

    /// <summary>The message id, a UUIDv7.</summary>
    [Id(1)]
    public required Guid Id { get; init; }

    /// <summary>The message type, in upper snake case: <c>PROCESS_INPUT</c>, <c>PING</c>.</summary>
    [Id(2)]
    public required string Type { get; init; }

    /// <summary>The content as UTF-8 JSON; its length is the message size. Must not be changed once sent.</summary>
    [Id(3)]
    public required byte[] Data { get; init; }

    /// <summary>The sending actor; the default value for senders that are no actors, such as the gateway.</summary>
    [Id(4)]
    public ActorAddress Sender { get; init; }

    /// <summary>The id of the first message of the conversation; every message that follows from it has the same.</summary>
    [Id(5)]
    public required Guid CorrelationId { get; init; }

    /// <summary>The id of the message whose handler sent this one; empty for the first.</summary>
    [Id(6)]
    public Guid CausationId { get; init; }

    /// <summary>
    /// The trace context of the sender. If the sender had none, an unsampled one derived from the correlation id, so that
    /// every message has trace ids for logs and replies. It is computed only when it is read.
    /// </summary>
    public TraceContext TraceContext
    {
        get => SenderTrace.IsNone ? TraceContext.Unsampled(CorrelationId, Id) : SenderTrace;
        init => SenderTrace = value;
    }

    /// <summary>The trace context of the sender; empty if there was none. Must not be changed once sent.</summary>
    [Id(7)]
    internal TraceContext SenderTrace { get; set; }

    /// <summary>
    /// The time of sending by the sender's wall clock, in UTC ticks. It is shown, and it confirms a long transport time by the
    /// monotonic clocks, one of which may have stood still; nothing is computed from it.
    /// </summary>
    [Id(8)]
    public required long SentAtTicks { get; init; }

    /// <summary>The time of sending by the monotonic clock of the sending process, in its timestamp units.</summary>
    [Id(9)]
    public required long SentTimestamp { get; init; }

    /// <summary>The sending process: <see cref="SentTimestamp"/> is valid only there.</summary>
    [Id(10)]
    public required long SenderProcess { get; init; }

    /// <summary>
    /// How long it may wait for its handler, in ticks; zero for no limit. A message that waited longer has expired and is not
    /// handled. The time counts from its sending; from its arrival where it comes from another process and its transport time is
    /// not known. It is a duration, because the clocks of two hosts differ and can be set.
    /// </summary>
    [Id(14)]
    public long TimeToLiveTicks { get; init; }

    /// <summary>Whether the sender awaits the reply. If not, the message becomes a dead letter when it is refused.</summary>
    [Id(12)]
    public bool ExpectsReply { get; init; }

    /// <summary>
    /// Whether it is upkeep (<see cref="SendOptions.IsUpkeep"/>), or follows from an upkeep message. Upkeep is counted like any
    /// other message, but is not traced, and not logged at information or above, unless it fails, is slow, or diagnostics of
    /// its actor ask for it.
    /// </summary>
    [Id(13)]
    public bool IsUpkeep { get; init; }

    /// <summary>Whether a service of an actor host sent it that is no actor, such as a health check.</summary>
    [Id(20)]
    public bool IsFromHost { get; init; }

    /// <summary>The sender in telemetry: the type of an actor, <c>host</c>, or <c>gateway</c> for senders outside the cluster.</summary>
    internal string Source => Sender.Type ?? (IsFromHost ? TelemetryNames.Host : TelemetryNames.Gateway);

    /// <summary>The receiving actor. Set in the sending process only, when the actor's type has been found.</summary>
    [field: NonSerialized]
    internal KnownActor To { get; set; }

    /// <inheritdoc/>
    ActorAddress IAskMessage.Receiver => To.Type is null ? default : To.Address;

    /// <summary>
    /// The telemetry that has to record the ask time. Null once it is recorded, if nobody waits, and in any other process than
    /// the sender's.
    /// </summary>
    [field: NonSerialized]
    internal ActorTelemetry? AskCounter { get; set; }

    /// <summary>How long the sender waits for the reply; null if it does not wait or has no limit.</summary>
    internal TimeSpan? AskTimeout =>
        ExpectsReply && TimeToLiveTicks != 0 ? new TimeSpan(TimeToLiveTicks) : null;
}
