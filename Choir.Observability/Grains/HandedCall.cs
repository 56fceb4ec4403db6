namespace Choir.Observability;

/// <summary>
/// A call in which Orleans hands the application's own work to a grain: a tick of a timer, items of a stream or a channel, a reminder. Named as the
/// application knows it: the interfaces are internal to Orleans.
/// </summary>
/// <param name="Name">The name in telemetry; null for that of the interface and its method.</param>
/// <param name="Source">Who called; null for the caller that the call has.</param>
internal sealed record HandedCall(string? Name, CallSource? Source)
{
    /// <summary>A tick of a grain timer.</summary>
    public const string Tick = "GrainTimer.Tick";

    private const string Reminders = "Orleans.IRemindable";
    private const string Timers = "Orleans.Runtime.IGrainTimerInvoker";
    private const string Streams = "Orleans.Streams.IStreamConsumerExtension";
    private const string Channels = "Orleans.BroadcastChannel.IBroadcastChannelConsumerExtension";

    /// <summary>What a call of an interface of Orleans hands over; null if it is Orleans' own matter.</summary>
    public static HandedCall? Of(Type grainInterface, string method) => (grainInterface.FullName, method) switch
    {
        (Reminders, _) => new(null, null),
        (Timers, _) => new(Tick, CallSource.Timer),
        (Streams, "DeliverBatch" or "DeliverMutable" or "DeliverImmutable") => new("Stream.OnNextAsync", CallSource.Stream),
        (Streams, "CompleteStream") => new("Stream.OnCompletedAsync", CallSource.Stream),
        (Streams, "ErrorInStream") => new("Stream.OnErrorAsync", CallSource.Stream),
        (Channels, "OnPublished" or "OnError") => new($"BroadcastChannel.{method}", null),
        _ => null,
    };
}
