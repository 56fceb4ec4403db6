namespace Choir.Actors.Mailbox;

/// <summary>
/// Whom an actor's running handler waits for. One is the rule and costs two stores; a handler that asks several actors
/// at once gets a list.
/// </summary>
internal struct WaitSet
{
    private (ActorAddress Target, Guid MessageId) _first;
    private List<(ActorAddress Target, Guid MessageId)>? _more;

    /// <summary>Whether the handler waits for nobody.</summary>
    public readonly bool IsEmpty => _first.MessageId == Guid.Empty && _more is not { Count: > 0 };

    /// <summary>The handler begins to wait.</summary>
    public void Add(ActorAddress target, Guid messageId)
    {
        if (_first.MessageId == Guid.Empty)
        {
            _first = (target, messageId);
        }
        else
        {
            (_more ??= []).Add((target, messageId));
        }
    }

    /// <summary>The wait has ended.</summary>
    public void Remove(Guid messageId)
    {
        if (_first.MessageId == messageId)
        {
            _first = default;
        }
        else
        {
            _more?.RemoveAll(wait => wait.MessageId == messageId);
        }
    }

    /// <summary>Whether the handler waits for the answer to a message.</summary>
    public readonly bool Contains(Guid messageId) =>
        _first.MessageId == messageId || (_more?.Exists(wait => wait.MessageId == messageId) ?? false);

    /// <summary>All waits, as they are now.</summary>
    public readonly (ActorAddress Target, Guid MessageId)[] Snapshot()
    {
        if (IsEmpty)
        {
            return [];
        }

        var rest = _more?.ToArray() ?? [];
        return _first.MessageId == Guid.Empty ? rest : [_first, .. rest];
    }
}
