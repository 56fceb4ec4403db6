namespace Choir.Actors.Mailbox;

/// <summary>
/// Whom an actor's running handler waits for. One is the rule and costs a store before and one after; a handler that asks
/// several actors at once gets an array. Written in the actor's turns, read by anybody.
/// </summary>
internal struct WaitSet
{
    private ActorMessage? _first;
    private ActorMessage[]? _more;

    /// <summary>Whether the handler waits for nobody.</summary>
    public readonly bool IsEmpty => _first is null && _more is null;

    /// <summary>The handler begins to wait for the answer to a message.</summary>
    public void Add(ActorMessage message)
    {
        if (_first is null)
        {
            _first = message;
        }
        else
        {
            _more = [.. _more ?? [], message];
        }
    }

    /// <summary>The wait has ended.</summary>
    public void Remove(ActorMessage message)
    {
        if (ReferenceEquals(_first, message))
        {
            _first = null;
        }
        else if (_more is not null)
        {
            var rest = Array.FindAll(_more, other => !ReferenceEquals(other, message));
            _more = rest.Length == 0 ? null : rest;
        }
    }

    /// <summary>Whether the handler waits for the answer to a message.</summary>
    public readonly bool Contains(Guid messageId) =>
        _first?.Id == messageId || (_more is { } more && Array.Exists(more, message => message.Id == messageId));

    /// <summary>The messages whose answers are awaited, as it is now.</summary>
    public readonly ActorMessage[] Snapshot()
    {
        var first = _first;
        var more = _more ?? [];
        return first is null ? more : [first, .. more];
    }
}
