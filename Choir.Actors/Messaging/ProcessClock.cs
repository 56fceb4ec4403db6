namespace Choir.Actors.Messaging;

/// <summary>
/// The two clocks that stamp a message: the wall clock, for other processes, and the monotonic clock, whose timestamps are
/// valid in this process only.
/// </summary>
internal sealed class ProcessClock(TimeProvider time)
{
    private readonly double _ticksPerUtcTick = (double)time.TimestampFrequency / TimeSpan.TicksPerSecond;
    private readonly ClockSkew _skew = new();

    /// <summary>A random id of this process.</summary>
    public static long Process { get; } = Random.Shared.NextInt64(1, long.MaxValue);

    /// <summary>The process whose monotonic clock this is. Tests set it to simulate several processes.</summary>
    public long Owner
    {
        get;
        init
        {
            field = value;
            Sender = value;
        }
    } = Process;

    /// <summary>The process id in stamped messages; other than <see cref="Owner"/> only where a benchmark measures remote messages.</summary>
    public long Sender { get; init; } = Process;

    public TimeProvider Time { get; } = time;

    public long Timestamp => Time.GetTimestamp();

    /// <summary>The time since a message was sent, in ticks of the monotonic clock. Never below zero.</summary>
    /// <remarks>
    /// Measured by the monotonic clock for messages of this process. For others it is measured by the two wall clocks and
    /// corrected by <see cref="ClockSkew"/>.
    /// </remarks>
    /// <param name="message">The message.</param>
    /// <param name="timestamp">The current time of the monotonic clock.</param>
    /// <param name="isPrompt">Whether the message did not wait in a queue, so that this is its transport time.</param>
    public long Since(ActorMessage message, long timestamp, bool isPrompt) =>
        message.SenderProcess == Owner
            ? Math.Max(0, timestamp - message.SentTimestamp)
            : (long)(_skew.Correct(message.SenderProcess, Time.GetUtcNow().UtcTicks - message.SentAtTicks, isPrompt) * _ticksPerUtcTick);

    /// <summary>Called once a second by a timer.</summary>
    public void Tick() => _skew.Tick();

    /// <param name="message">The message.</param>
    /// <param name="age">The time since it was sent, in ticks of the monotonic clock.</param>
    public bool IsExpired(ActorMessage message, long age) =>
        message.DeadlineTicks != 0 && age > (message.DeadlineTicks - message.SentAtTicks) * _ticksPerUtcTick;

    /// <summary>Creates a message with an id and the current time. An empty correlation id means that it starts a conversation.</summary>
    public ActorMessage Stamp(
        string type,
        byte[] data,
        ActorAddress sender,
        Guid correlationId,
        Guid causationId,
        TraceContext trace,
        TimeSpan? timeout,
        bool expectsReply,
        bool isUpkeep = false)
    {
        // Reads both clocks first: reading a clock waits for pending loads of the processor.
        var now = Time.GetUtcNow();
        var timestamp = Time.GetTimestamp();
        var id = MessageId.Create(now);
        return new ActorMessage
        {
            Id = id,
            Type = type,
            Data = data,
            Sender = sender,
            CorrelationId = correlationId == Guid.Empty ? id : correlationId,
            CausationId = causationId,
            TraceContext = trace,
            SentAtTicks = now.UtcTicks,
            SentTimestamp = timestamp,
            SenderProcess = Sender,
            DeadlineTicks = timeout is { } limit ? now.UtcTicks + limit.Ticks : 0,
            ExpectsReply = expectsReply,
            IsUpkeep = isUpkeep,
        };
    }
}
