namespace Choir.Actors.Messaging;

/// <summary>
/// The two clocks that stamp a message: the wall clock, which means something in every process, and the monotonic one,
/// which means something in this process only.
/// </summary>
internal sealed class ProcessClock(TimeProvider time)
{
    /// <summary>This process, as told apart from every other.</summary>
    public static long Process { get; } = Random.Shared.NextInt64(1, long.MaxValue);

    /// <summary>The source of both.</summary>
    public TimeProvider Time { get; } = time;

    /// <summary>The wall clock, in UTC ticks.</summary>
    public long UtcTicks => Time.GetUtcNow().UtcTicks;

    /// <summary>Whether a message's deadline has passed.</summary>
    public bool IsExpired(ActorMessage message) => message.DeadlineTicks != 0 && UtcTicks > message.DeadlineTicks;

    /// <summary>Stamps a new message.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="data">Its content.</param>
    /// <param name="sender">Who sends it.</param>
    /// <param name="correlationId">What it belongs to; empty if it begins something.</param>
    /// <param name="causationId">What caused it.</param>
    /// <param name="trace">The span that sends it.</param>
    /// <param name="timeout">How long it may take; null for any time.</param>
    /// <param name="expectsReply">Whether the sender awaits the reply.</param>
    public ActorMessage Stamp(
        string type,
        byte[] data,
        ActorAddress sender,
        Guid correlationId,
        Guid causationId,
        TraceContext trace,
        TimeSpan? timeout,
        bool expectsReply)
    {
        var now = Time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
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
            SentTimestamp = Time.GetTimestamp(),
            SenderProcess = Process,
            DeadlineTicks = timeout is { } limit ? now.UtcTicks + limit.Ticks : 0,
            ExpectsReply = expectsReply,
        };
    }
}
