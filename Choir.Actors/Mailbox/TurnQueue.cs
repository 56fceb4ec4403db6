namespace Choir.Actors.Mailbox;

/// <summary>What a waiting message was told.</summary>
internal enum TicketOutcome
{
    /// <summary>It is its turn, and the turn is its own until <see cref="TurnQueue.Leave"/>.</summary>
    Turn,

    /// <summary>This activation is on its way out: the sender has to send again.</summary>
    Reroute,

    /// <summary>Waiting on would never end.</summary>
    Deadlock,
}

/// <summary>
/// First come, first served turns at one actor. All calls come from the activation's own scheduler, one at a time, so
/// there are no locks. A free actor hands out its turn without an allocation.
/// </summary>
internal struct TurnQueue
{
    private Queue<Ticket>? _waiting;
    private int _messages;
    private bool _taken;

    /// <summary>How many messages wait; turns of timers, reminders and operators do not count.</summary>
    public readonly int Messages => _messages;

    /// <summary>Takes the turn if nobody has it.</summary>
    public bool TryEnter()
    {
        if (_taken)
        {
            return false;
        }

        _taken = true;
        return true;
    }

    /// <summary>Gets in line. Await the ticket; the turn then belongs to its holder.</summary>
    /// <param name="message">The message that waits; null for a timer's or an operator's turn.</param>
    public Ticket Enqueue(ActorMessage? message)
    {
        var ticket = new Ticket(message);
        _messages += ticket.Messages;
        (_waiting ??= new Queue<Ticket>()).Enqueue(ticket);
        return ticket;
    }

    /// <summary>Gives the turn to the next in line.</summary>
    public void Leave()
    {
        while (_waiting is not null && _waiting.TryDequeue(out var next))
        {
            if (next.TrySetResult(TicketOutcome.Turn))
            {
                _messages -= next.Messages;
                return;
            }
        }

        _taken = false;
    }

    /// <summary>Takes a ticket out of the line.</summary>
    /// <returns>False if its turn has come already.</returns>
    public bool Withdraw(Ticket ticket, TicketOutcome outcome)
    {
        if (!ticket.TrySetResult(outcome))
        {
            return false;
        }

        _messages -= ticket.Messages;
        return true;
    }

    /// <summary>Sends everybody who waits away.</summary>
    public void RerouteAll()
    {
        while (_waiting is not null && _waiting.TryDequeue(out var next))
        {
            next.TrySetResult(TicketOutcome.Reroute);
        }

        _messages = 0;
    }

    /// <summary>Whether a message is in line.</summary>
    public readonly bool IsWaiting(Guid messageId)
    {
        if (_waiting is not null)
        {
            foreach (var ticket in _waiting)
            {
                if (ticket.Message?.Id == messageId && !ticket.Task.IsCompleted)
                {
                    return true;
                }
            }
        }

        return false;
    }
}

/// <summary>
/// A place in line. Its continuation is queued, never run inline: whoever leaves goes on undisturbed, and the next one
/// runs on the activation's scheduler in its own async flow.
/// </summary>
internal sealed class Ticket(ActorMessage? message)
    : TaskCompletionSource<TicketOutcome>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    /// <summary>The message that waits; null for a timer's or an operator's turn.</summary>
    public ActorMessage? Message { get; } = message;

    /// <summary>How many messages it stands for.</summary>
    public int Messages => Message is null ? 0 : 1;
}
