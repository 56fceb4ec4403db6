using Choir.Actors.Operations;
using Orleans.Runtime;

namespace Choir.Actors.Mailbox;

/// <summary>What waits at one actor because of a quarantine. All calls run on the activation's scheduler, one at a time.</summary>
/// <param name="during">The quarantines of the type during which it waits.</param>
/// <param name="rule">The quarantine of the first that waits.</param>
internal sealed class PausedTurns(TypeQuarantine during, Quarantine rule)
{
    private readonly List<Ticket> _tickets = [];
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TypeQuarantine During { get; set; } = during;

    public Quarantine Rule => rule;

    /// <summary>The reminders that are due, by name: each runs once afterwards, however often it was due.</summary>
    public Dictionary<string, TickStatus> Reminders { get; } = [];

    /// <summary>The number of waiting messages, without timers and reminders.</summary>
    public int Messages { get; private set; }

    /// <summary>The number of waiting messages, timers and reminders.</summary>
    public int Count => _tickets.Count + Reminders.Count;

    /// <summary>Completes when the activation leaves.</summary>
    public Task Left => _left.Task;

    public void Add(Ticket ticket)
    {
        _tickets.Add(ticket);
        Messages += ticket.Messages;
    }

    /// <summary>Removes a ticket, if it still waits here.</summary>
    public void Remove(Ticket ticket)
    {
        if (_tickets.Remove(ticket))
        {
            Messages -= ticket.Messages;
        }
    }

    /// <summary>Removes the tickets that do not stay, and returns them in the order in which they came.</summary>
    public List<Ticket> TakeUnless(Predicate<Ticket> stays)
    {
        var taken = _tickets.ToLookup(ticket => !stays(ticket));
        _tickets.Clear();
        _tickets.AddRange(taken[false]);
        Messages = _tickets.Sum(ticket => ticket.Messages);
        return [.. taken[true]];
    }

    /// <summary>Ends the wait of all tickets with <see cref="TicketOutcome.Reroute"/>.</summary>
    public void Leave()
    {
        _left.SetResult();
        TakeUnless(_ => false).ForEach(ticket => ticket.TrySetResult(TicketOutcome.Reroute));
    }

    public bool IsWaiting(Guid messageId) => _tickets.Exists(ticket => ticket.Message?.Id == messageId && !ticket.Task.IsCompleted);
}
