using Choir.Contracts.Threads;

namespace Choir.Storage;

/// <summary>The event after which a stream continues.</summary>
/// <param name="Id">Its number; 0 for none.</param>
/// <param name="CycleId">Its cycle; null if only the number is known.</param>
/// <param name="At">When it happened.</param>
internal readonly record struct KnownEvent(long Id, string? CycleId = null, DateTimeOffset At = default)
{
    public static KnownEvent Of(ThreadEvent threadEvent) => new(threadEvent.Id, threadEvent.CycleId, threadEvent.At);

    /// <summary>Whether a stored event with this number is the known one.</summary>
    public bool Is(string cycleId, DateTimeOffset at) => CycleId is null || (CycleId == cycleId && At == at);
}

/// <summary>Some events of a thread after a known one.</summary>
internal sealed class ThreadEventPage(KnownEvent known)
{
    /// <summary>The known event, with its cycle if the event is stored.</summary>
    public KnownEvent Known { get; set; } = known;

    /// <summary>The events, in order. They are taken out one after the other, so that none is kept longer than needed.</summary>
    public Queue<ThreadEvent> Events { get; } = new();

    /// <summary>Whether it has fewer events than were asked for because they are large.</summary>
    public bool IsCut { get; set; }

    /// <summary>
    /// Whether the thread has the known event, or had it and has removed it since. Otherwise the database was replaced by an older
    /// state of itself, and numbers of events mean other events now.
    /// </summary>
    public bool Continues { get; set; }

    /// <summary>Whether there is such a thread. Asked only if the known event is not stored.</summary>
    public bool HasThread { get; set; } = true;
}
