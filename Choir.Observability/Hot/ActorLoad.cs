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

    /// <summary>
    /// Time in handlers that ended, in ticks of the clock. 64 bits, because it exceeds a minute where calls of a grain interleave, or where a
    /// handler takes longer.
    /// </summary>
    public long Busy;

    /// <summary>That of the window before; nothing is added to it, so 24 bits of precision do.</summary>
    public float BusyBefore;

    private const int HotByMessages = 1, HotByErrors = 2, HotByBusy = 4, HotByMean = 8, HotByQueue = 16, HotByState = 32, Gone = 64;

    private int _flags;

    /// <summary>Whether it is in the <see cref="HotTable"/> of the messages.</summary>
    public bool IsHotByMessages { readonly get => Has(HotByMessages); set => Set(HotByMessages, value); }

    /// <summary>Whether it is in the <see cref="HotTable"/> of the errors.</summary>
    public bool IsHotByErrors { readonly get => Has(HotByErrors); set => Set(HotByErrors, value); }

    /// <summary>Whether it is in the <see cref="HotTable"/> of the time in handlers.</summary>
    public bool IsHotByBusy { readonly get => Has(HotByBusy); set => Set(HotByBusy, value); }

    /// <summary>Whether it is in the <see cref="HotTable"/> of the mean time in the handler.</summary>
    public bool IsHotByMean { readonly get => Has(HotByMean); set => Set(HotByMean, value); }

    /// <summary>Whether it is in the <see cref="HotTable"/> of the queues.</summary>
    public bool IsHotByQueue { readonly get => Has(HotByQueue); set => Set(HotByQueue, value); }

    /// <summary>Whether it is in the <see cref="HotTable"/> of the states.</summary>
    public bool IsHotByState { readonly get => Has(HotByState); set => Set(HotByState, value); }

    /// <summary>Whether the actor is deactivated, so that it has no state and no queue, whatever ends later.</summary>
    public bool IsGone { readonly get => Has(Gone); set => Set(Gone, value); }

    /// <summary>Counts a message in a window, and starts that unless it is the current one.</summary>
    /// <returns>The number of messages in the window.</returns>
    public int Add(int window, long busy, bool failed)
    {
        if (Window != window)
        {
            Rotate(window);
        }

        Errors += failed ? 1 : 0;
        Busy += busy;
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

        Interlocked.Add(ref Busy, busy);
        return Interlocked.Increment(ref Messages);
    }

    private readonly bool Has(int flag) => (_flags & flag) != 0;

    // Tables set theirs under locks of their own.
    private void Set(int flags, bool isSet)
    {
        if (isSet)
        {
            Interlocked.Or(ref _flags, flags);
        }
        else
        {
            Interlocked.And(ref _flags, ~flags);
        }
    }

    private void Rotate(int window)
    {
        var follows = Window == window - 1;
        MessagesBefore = follows ? Messages : 0;
        ErrorsBefore = follows ? Errors : 0;
        BusyBefore = follows ? Busy : 0;
        Messages = Errors = 0;
        Busy = 0;
        Set(HotByMessages | HotByErrors | HotByBusy | HotByMean, isSet: false);
        Window = window;
    }

    // What other threads count meanwhile is in one of the two windows.
    private void RotateShared(bool follows)
    {
        var (messages, errors, busy) = (Interlocked.Exchange(ref Messages, 0), Interlocked.Exchange(ref Errors, 0), Interlocked.Exchange(ref Busy, 0));
        (MessagesBefore, ErrorsBefore, BusyBefore) = follows ? (messages, errors, busy) : (0, 0, 0);
        Set(HotByMessages | HotByErrors | HotByBusy | HotByMean, isSet: false);
    }
}
