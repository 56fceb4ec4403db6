namespace Choir.Actors.Mailbox;

/// <summary>How the wait of a ticket ended.</summary>
internal enum TicketOutcome
{
    /// <summary>It has the turn, until <see cref="TurnQueue.Leave"/>.</summary>
    Turn,

    /// <summary>This activation is leaving: the sender has to send the message again.</summary>
    Reroute,

    /// <summary>The message closed a cycle of waits.</summary>
    Deadlock,

    /// <summary>It does not run: its sender cancelled it, or a quarantine leaves it out.</summary>
    Dropped,
}

/// <summary>
/// The first-in, first-out queue of one actor. All calls run on the activation's scheduler, one at a time, so there are no
/// locks. Taking the turn of an idle actor allocates nothing.
/// </summary>
internal struct TurnQueue
{
    private Queue<Ticket>? _waiting;
    private int _messages;
    private bool _isTaken;

    /// <summary>The number of waiting messages, without timers, reminders and restarts.</summary>
    public readonly int Messages => _messages;

    /// <summary>The number of waiting tickets of any kind.</summary>
    public readonly int Count => _waiting?.Count ?? 0;

    /// <summary>Takes the turn if it is free.</summary>
    public bool TryEnter()
    {
        if (_isTaken)
        {
            return false;
        }

        _isTaken = true;
        return true;
    }

    /// <summary>Waits for the turn: await the ticket.</summary>
    /// <param name="message">The waiting message; null for a timer, a reminder or a restart.</param>
    public Ticket Enqueue(ActorMessage? message)
    {
        var ticket = new Ticket(message);
        _messages += ticket.Messages;
        (_waiting ??= new Queue<Ticket>()).Enqueue(ticket);
        return ticket;
    }

    /// <summary>Puts tickets that waited elsewhere before all others. Called in a turn, which the first of them gets next.</summary>
    public void PutFirst(IReadOnlyCollection<Ticket> tickets)
    {
        if (tickets.Count > 0)
        {
            _messages += tickets.Sum(ticket => ticket.Messages);
            _waiting = new Queue<Ticket>([.. tickets, .. _waiting ?? []]);
        }
    }

    /// <summary>Gives the turn to the next ticket of the queue.</summary>
    public void Leave()
    {
        while (_waiting is not null && _waiting.TryDequeue(out var next))
        {
            var isNext = next.TrySetResult(TicketOutcome.Turn);
            if (isNext || next.Task.Result == TicketOutcome.Dropped)
            {
                // A ticket that was withdrawn is not counted any more.
                _messages -= next.Messages;
            }

            if (isNext)
            {
                return;
            }
        }

        _isTaken = false;
    }

    /// <summary>Ends the wait of a ticket early.</summary>
    /// <returns>False if it has its turn already.</returns>
    public bool Withdraw(Ticket ticket, TicketOutcome outcome)
    {
        if (!ticket.TrySetResult(outcome))
        {
            return false;
        }

        _messages -= ticket.Messages;
        return true;
    }

    /// <summary>Ends the wait of all tickets with <see cref="TicketOutcome.Reroute"/>.</summary>
    public void RerouteAll()
    {
        while (_waiting is not null && _waiting.TryDequeue(out var next))
        {
            next.TrySetResult(TicketOutcome.Reroute);
        }

        _messages = 0;
    }

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
/// An entry of the queue. Its continuation never runs inline in <see cref="TurnQueue.Leave"/>: it is queued on the
/// activation's scheduler and runs in the waiting message's own async context.
/// </summary>
internal sealed class Ticket(ActorMessage? message)
    : TaskCompletionSource<TicketOutcome>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    /// <summary>The waiting message; null for a timer, a reminder or a restart.</summary>
    public ActorMessage? Message { get; } = message;

    public int Messages => Message is null ? 0 : 1;
}
