using System.Diagnostics;
using Choir.Observability;

namespace Choir.Actors.Messaging;

/// <summary>
/// The clocks of this process: the wall clock for times that people read, and the monotonic clock for everything that is
/// measured or decided. The wall clock can be set at any moment; the monotonic clock cannot, but counts from another start in
/// each process.
/// </summary>
internal sealed class ProcessClock(TimeProvider time) : ITicking
{
    private const long Nanoseconds = 1_000_000_000;

    private readonly double _ticksPerUtcTick = (double)time.TimestampFrequency / TimeSpan.TicksPerSecond;
    private readonly ClockSkew _skew = new(time);

    /// <summary>A random id of this process. Its lowest bit says whether its monotonic clock counts nanoseconds.</summary>
    public static long Process { get; } = (Random.Shared.NextInt64(1, long.MaxValue >> 1) << 1) | (Stopwatch.Frequency == Nanoseconds ? 1L : 0);

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

    /// <summary>When a message came to its actor: zero for one of this process, for which nobody needs to know.</summary>
    public long ArrivalOf(ActorMessage message) => message.SenderProcess == Owner ? 0 : Timestamp;

    /// <summary>Starts a message's turn.</summary>
    /// <remarks>
    /// The time since the message was sent is measured by the monotonic clock. For a message of another process it is the time
    /// since its arrival, plus its transport as <see cref="ClockSkew"/> estimates it.
    /// </remarks>
    /// <param name="message">The message.</param>
    /// <param name="arrived">Its <see cref="ArrivalOf"/>; zero if it did not wait.</param>
    public Turn Begin(ActorMessage message, long arrived = 0)
    {
        var started = Timestamp;
        if (message.SenderProcess == Owner)
        {
            return new Turn(started, Math.Max(0, started - message.SentTimestamp));
        }

        arrived = arrived == 0 ? started : arrived;
        var transport = CountsAlike(message.SenderProcess)
            ? _skew.Correct(message.SenderProcess, arrived - message.SentTimestamp, message.SentAtTicks)
            : ClockSkew.Unknown;
        return new Turn(started, started - arrived + Math.Max(0, transport), IsQueueKnown: transport >= 0);
    }

    /// <inheritdoc/>
    public void Tick() => _skew.Tick();

    /// <summary>
    /// Whether a message waited longer than its sender allows. The transport from another process counts, unless it is not known.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="turn">Its turn.</param>
    public bool IsExpired(ActorMessage message, in Turn turn) =>
        message.TimeToLiveTicks != 0 && turn.Queue > message.TimeToLiveTicks * _ticksPerUtcTick;

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
        bool isUpkeep = false,
        bool isFromHost = false)
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
            TimeToLiveTicks = timeout is { } limit ? Math.Max(1, limit.Ticks) : 0,
            ExpectsReply = expectsReply,
            IsUpkeep = isUpkeep,
            IsFromHost = isFromHost,
        };
    }

    /// <summary>A message that is sent again: the same, with the current time and what is left of its time to live.</summary>
    public ActorMessage StampAgain(ActorMessage message)
    {
        var timestamp = Time.GetTimestamp();
        var spent = (long)((timestamp - message.SentTimestamp) / _ticksPerUtcTick);
        return new ActorMessage
        {
            Version = message.Version,
            Id = message.Id,
            Type = message.Type,
            Data = message.Data,
            Sender = message.Sender,
            CorrelationId = message.CorrelationId,
            CausationId = message.CausationId,
            SenderTrace = message.SenderTrace,
            SentAtTicks = Time.GetUtcNow().UtcTicks,
            SentTimestamp = timestamp,
            SenderProcess = Sender,
            TimeToLiveTicks = message.TimeToLiveTicks == 0 ? 0 : Math.Max(1, message.TimeToLiveTicks - spent),
            ExpectsReply = message.ExpectsReply,
            IsUpkeep = message.IsUpkeep,
            IsFromHost = message.IsFromHost,
            To = message.To,
        };
    }

    private bool CountsAlike(long process) => ((process ^ Owner) & 1) == 0;
}
