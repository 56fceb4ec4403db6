namespace Choir.Observability;

/// <summary>What one live actor did in the last minute, in fields of its own, so that counting needs no lookup and no lock. 40 bytes.</summary>
/// <remarks>
/// Counts of the current window of <see cref="HotActors.WindowLength"/> and of the one before. Written only by the actor's
/// turns; other threads may read values of different moments.
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

    /// <summary>Starts a window, unless it is the current one.</summary>
    public void Enter(int window)
    {
        if (Window != window)
        {
            Rotate(window);
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
        IsHotByMessages = IsHotByErrors = IsHotByBusy = IsHotByMean = false;
        Window = window;
    }
}
