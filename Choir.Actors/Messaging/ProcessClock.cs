namespace Choir.Actors.Messaging;

/// <summary>
/// The two clocks that stamp a message: the wall clock, which means something in every process, and the monotonic one,
/// which means something in this process only.
/// </summary>
internal sealed class ProcessClock(TimeProvider time)
{
    private readonly double _ticksPerUtcTick = (double)time.TimestampFrequency / TimeSpan.TicksPerSecond;
    private readonly ClockSkew _skew = new();

    /// <summary>This process, as told apart from every other.</summary>
    public static long Process { get; } = Random.Shared.NextInt64(1, long.MaxValue);

    /// <summary>The process whose monotonic clock this is; another one only where a test makes two of one.</summary>
    public long Owner
    {
        get;
        init
        {
            field = value;
            Sender = value;
        }
    } = Process;

    /// <summary>The sender's process in stamped messages; not <see cref="Owner"/> only where a benchmark measures remote messages.</summary>
    public long Sender { get; init; } = Process;

    /// <summary>The source of both.</summary>
    public TimeProvider Time { get; } = time;

    /// <summary>The monotonic clock, in its own ticks.</summary>
    public long Timestamp => Time.GetTimestamp();

    /// <summary>The time since a message was sent, in ticks of the monotonic clock. Never below zero.</summary>
    /// <remarks>
    /// Within the process the monotonic clock says it. Across processes the wall clocks do, and they may differ: by how
    /// much is learnt from the sender's quickest messages, and all that comes from there is corrected by it.
    /// </remarks>
    /// <param name="message">The message.</param>
    /// <param name="timestamp">The time now, by the monotonic clock.</param>
    /// <param name="isPrompt">Whether it found its actor free, so that this is the time of its transport.</param>
    public long Since(ActorMessage message, long timestamp, bool isPrompt) =>
        message.SenderProcess == Owner
            ? Math.Max(0, timestamp - message.SentTimestamp)
            : (long)(_skew.Correct(message.SenderProcess, Time.GetUtcNow().UtcTicks - message.SentAtTicks, isPrompt) * _ticksPerUtcTick);

    /// <summary>Once a second, off the message path: follows the clocks of other processes.</summary>
    public void Tick() => _skew.Tick();

    /// <summary>Whether a message's deadline has passed.</summary>
    /// <param name="message">The message.</param>
    /// <param name="age">The time since it was sent, in ticks of the monotonic clock.</param>
    public bool IsExpired(ActorMessage message, long age) =>
        message.DeadlineTicks != 0 && age > (message.DeadlineTicks - message.SentAtTicks) * _ticksPerUtcTick;

    /// <summary>Stamps a new message.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="data">Its content.</param>
    /// <param name="sender">Who sends it.</param>
    /// <param name="correlationId">What it belongs to; empty if it begins something.</param>
    /// <param name="causationId">What caused it.</param>
    /// <param name="trace">The span that sends it.</param>
    /// <param name="timeout">How long it may take; null for any time.</param>
    /// <param name="expectsReply">Whether the sender awaits the reply.</param>
    /// <param name="isUpkeep">Whether it only keeps the system going.</param>
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
        // Both clocks first: reading one makes the processor wait for whatever memory it has asked for before.
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
