namespace Choir.Actors.Mailbox;

/// <summary>
/// The messages whose replies an actor's running handler awaits. Usually there is one, which costs one store before and
/// one after the wait; a handler that asks several actors at once gets an array. Written in the actor's turn only, read
/// by any thread.
/// </summary>
internal struct WaitSet
{
    private ActorMessage? _first;
    private ActorMessage[]? _more;

    public readonly bool IsEmpty => _first is null && _more is null;

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

    public readonly bool Contains(Guid messageId) =>
        _first?.Id == messageId || (_more is { } more && Array.Exists(more, message => message.Id == messageId));

    public readonly ActorMessage[] Snapshot()
    {
        var first = _first;
        var more = _more ?? [];
        return first is null ? more : [first, .. more];
    }
}
