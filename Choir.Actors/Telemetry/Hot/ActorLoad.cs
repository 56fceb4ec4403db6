namespace Choir.Actors.Telemetry;

/// <summary>What one live actor did lately, in its own fields: no lookup and no lock to count it. 40 bytes an actor.</summary>
/// <remarks>
/// Windows of <see cref="HotActors.WindowLength"/> follow each other; the counts of this one and of the one before are
/// kept. Written in the actor's turns only; others read it as it happens to be.
/// </remarks>
internal struct ActorLoad
{
    /// <summary>The window that the counts belong to.</summary>
    public int Window;

    /// <summary>The size of its stored state, in bytes; 0 if it has none.</summary>
    public int StateSize;

    /// <summary>Messages handled in this window, and in the one before.</summary>
    public int Messages, MessagesBefore;

    /// <summary>Messages that failed.</summary>
    public int Errors, ErrorsBefore;

    /// <summary>Time in handlers, in units of <see cref="HotActors.BusyShift"/>.</summary>
    public uint Busy, BusyBefore;

    /// <summary>Whether it stands in the list of the hottest, one flag an indicator.</summary>
    public bool IsHotByMessages, IsHotByErrors, IsHotByBusy, IsHotByMean, IsHotByQueue, IsHotByState;

    /// <summary>Begins a window, if a new one has begun.</summary>
    public void Enter(int window)
    {
        if (Window != window)
        {
            Turn(window);
        }
    }

    private void Turn(int window)
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
