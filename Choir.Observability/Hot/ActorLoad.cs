namespace Choir.Observability;

/// <summary>What one live actor did in the last minute, in fields of its own, so that counting needs no lookup and no lock. 40 bytes.</summary>
/// <remarks>
/// Counts of the current window of <see cref="HotActors.WindowLength"/> and of the one before. Those of an actor are written only by its
/// turns, which <see cref="Add"/> is for; those of an ordinary grain also beside them, where <see cref="AddShared"/> is needed: a call filter of
/// the application may leave the grain's scheduler. Other threads may read values of different moments.
/// </remarks>
internal struct ActorLoad
{
    /// <summary>The window that the counts belong to.</summary>
    public int Window;

    /// <summary>The size of its stored state, in bytes; 0 if it has none.</summary>
    public int StateSize;

    public int Messages, MessagesBefore;

    public int Errors, ErrorsBefore;

    /// <summary>Time in handlers, in units of <see cref="HotActors.BusyShift"/>.</summary>
    public uint Busy, BusyBefore;

    /// <summary>Whether it is in the <see cref="HotTable"/> of an indicator.</summary>
    public bool IsHotByMessages, IsHotByErrors, IsHotByBusy, IsHotByMean, IsHotByQueue, IsHotByState;

    /// <summary>Whether the actor is deactivated, so that it has no state and no queue, whatever ends later.</summary>
    public bool IsGone;

    /// <summary>Counts a message in a window, and starts that unless it is the current one.</summary>
    /// <returns>The number of messages in the window.</returns>
    public int Add(int window, long busy, bool failed)
    {
        if (Window != window)
        {
            Rotate(window);
        }

        Errors += failed ? 1 : 0;
        Busy = Sum(Busy, busy);
        return ++Messages;
    }

    /// <inheritdoc cref="Add"/>
    /// <remarks>For any thread.</remarks>
    public int AddShared(int window, long busy, bool failed)
    {
        var current = Volatile.Read(ref Window);
        if (window > current && Interlocked.CompareExchange(ref Window, window, current) == current)
        {
            RotateShared(follows: current == window - 1);
        }

        if (failed)
        {
            Interlocked.Increment(ref Errors);
        }

        for (var seen = Volatile.Read(ref Busy); Interlocked.CompareExchange(ref Busy, Sum(seen, busy), seen) is var now && now != seen;)
        {
            seen = now;
        }

        return Interlocked.Increment(ref Messages);
    }

    private static uint Sum(uint sum, long busy) => (uint)Math.Min(uint.MaxValue, sum + busy);

    private void Rotate(int window)
    {
        var follows = Window == window - 1;
        MessagesBefore = follows ? Messages : 0;
        ErrorsBefore = follows ? Errors : 0;
        BusyBefore = follows ? Busy : 0;
        Messages = Errors = 0;
        Busy = 0;
        IsHotByMessages = IsHotByErrors = IsHotByBusy = IsHotByMean = false;
        Window = window;
    }

    // What other threads count meanwhile is in one of the two windows.
    private void RotateShared(bool follows)
    {
        var (messages, errors, busy) = (Interlocked.Exchange(ref Messages, 0), Interlocked.Exchange(ref Errors, 0), Interlocked.Exchange(ref Busy, 0));
        (MessagesBefore, ErrorsBefore, BusyBefore) = follows ? (messages, errors, busy) : (0, 0, 0);
        IsHotByMessages = IsHotByErrors = IsHotByBusy = IsHotByMean = false;
    }
}
