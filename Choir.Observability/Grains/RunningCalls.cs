namespace Choir.Observability;

/// <summary>
/// The calls that run in one activation. Those that await something are changed by one thread at a time; read by any thread, which may see a
/// call that has just ended.
/// </summary>
internal struct RunningCalls
{
    /// <summary>The most calls that are read: a reentrant grain may have any number.</summary>
    private const int MaxRead = 1_000;

    private RunningCall? _newest;
    private RunningCall? _oldest;
    private MessageKind? _kind;
    private long _started;

    /// <summary>When the oldest one started, in ticks of the clock.</summary>
    public readonly long OldestStart => Volatile.Read(in _oldest)?.Call.Started ?? _started;

    /// <summary>The message type of the newest call; null if there is none.</summary>
    public readonly RunningCall? Newest => Volatile.Read(in _newest);

    /// <summary>Notes that a call runs on the thread, before it awaits anything.</summary>
    public void Enter(MessageKind kind, long started)
    {
        _started = started;
        Volatile.Write(ref _kind, kind);
    }

    /// <summary>Notes that the call has ended or awaits something.</summary>
    public void Leave() => _kind = null;

    /// <summary>Adds a call that awaits something.</summary>
    /// <returns>Whether it is the only one.</returns>
    public bool Add(RunningCall call)
    {
        call.Older = _newest;
        if (_newest is { } newest)
        {
            newest.Newer = call;
        }

        var isFirst = _oldest is null;
        _oldest ??= call;
        Volatile.Write(ref _newest, call);
        return isFirst;
    }

    /// <summary>Removes a call that has ended.</summary>
    /// <returns>Whether it was the only one.</returns>
    public bool Remove(RunningCall call)
    {
        if (call.Newer is { } newer)
        {
            newer.Older = call.Older;
        }
        else
        {
            Volatile.Write(ref _newest, call.Older);
        }

        if (call.Older is { } older)
        {
            older.Newer = call.Newer;
        }
        else
        {
            _oldest = call.Newer;
        }

        return _newest is null;
    }

    /// <summary>The calls, the oldest first.</summary>
    public readonly ObservedTurn[] Read()
    {
        var turns = new List<ObservedTurn>();
        if (Volatile.Read(in _kind) is { } kind)
        {
            turns.Add(new ObservedTurn(_started, kind.MessageType, default, default, Suspended: null));
        }

        for (var call = Newest; call is not null && turns.Count < MaxRead; call = Volatile.Read(in call.Older))
        {
            turns.Add(call.Turn);
        }

        turns.Reverse();
        return [.. turns];
    }
}
