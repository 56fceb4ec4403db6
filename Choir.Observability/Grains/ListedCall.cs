namespace Choir.Observability;

/// <summary>An entry of a <see cref="CallList{TCall}"/>.</summary>
internal abstract class ListedCall<TCall>
    where TCall : ListedCall<TCall>
{
    /// <summary>The next older one of its activation.</summary>
    public TCall? Older;

    /// <summary>The next newer one of its activation.</summary>
    public TCall? Newer;
}

/// <summary>Calls of one activation, linked. Changed by one thread at a time; read by any thread, which may see a call that has just been removed.</summary>
internal struct CallList<TCall>
    where TCall : ListedCall<TCall>
{
    /// <summary>The most calls that are read, one more than the inspection lists: a reentrant grain may have any number.</summary>
    private const int MaxRead = 1_001;

    private TCall? _newest;
    private TCall? _oldest;

    /// <summary>Null if there is none.</summary>
    public readonly TCall? Newest => Volatile.Read(in _newest);

    /// <inheritdoc cref="Newest"/>
    public readonly TCall? Oldest => Volatile.Read(in _oldest);

    public void Add(TCall call)
    {
        call.Older = _newest;
        if (_newest is { } newest)
        {
            newest.Newer = call;
        }

        _oldest ??= call;
        Volatile.Write(ref _newest, call);
    }

    public void Remove(TCall call)
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
    }

    /// <summary>The oldest calls, the oldest first.</summary>
    public readonly List<TCall> Read()
    {
        var calls = new List<TCall>();
        for (var call = Oldest; call is not null && calls.Count < MaxRead; call = Volatile.Read(in call.Newer))
        {
            calls.Add(call);
        }

        return calls;
    }
}
