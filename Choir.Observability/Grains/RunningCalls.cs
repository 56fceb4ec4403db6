namespace Choir.Observability;

/// <summary>The calls that run in one activation. Those that await something are changed by one thread at a time; read by any thread.</summary>
internal struct RunningCalls
{
    private CallList<RunningCall> _suspended;
    private MessageKind? _kind;
    private long _started;

    /// <summary>When the oldest one started, in ticks of the clock; null if none runs.</summary>
    public readonly long? OldestStart => _suspended.Oldest?.Call.Started ?? (Volatile.Read(in _kind) is null ? null : _started);

    /// <summary>The newest call that awaits something; null if there is none.</summary>
    public readonly RunningCall? Newest => _suspended.Newest;

    /// <summary>Notes that a call runs on the thread, before it awaits anything.</summary>
    public void Enter(MessageKind kind, long started)
    {
        _started = started;
        Volatile.Write(ref _kind, kind);
    }

    /// <summary>Notes that the call has ended or awaits something.</summary>
    public void Leave() => _kind = null;

    /// <summary>Adds a call that awaits something.</summary>
    public void Add(RunningCall call) => _suspended.Add(call);

    /// <summary>Removes a call that has ended.</summary>
    public void Remove(RunningCall call) => _suspended.Remove(call);

    /// <summary>The calls, the oldest first.</summary>
    public readonly ObservedTurn[] Read()
    {
        // Before the list: a call that suspends meanwhile is in it.
        var running = Volatile.Read(in _kind) is { } kind
            ? [new ObservedTurn(_started, kind.MessageType, default, default, Suspended: null)]
            : Array.Empty<ObservedTurn>();
        return [.. _suspended.Read().Select(call => call.Turn), .. running];
    }
}
