using Choir.Actors.Mailbox;
using Choir.Actors.Messaging;
using Choir.Actors.Operations;
using Orleans;
using Orleans.Runtime;

namespace Choir.Actors;

/// <content>What an actor does while it, its type or a message type is in quarantine.</content>
public abstract partial class Actor
{
    /// <summary>What waits because of a quarantine; null if nothing does.</summary>
    private PausedTurns? _paused;

    /// <summary>Whether Orleans has begun to deactivate this activation.</summary>
    private bool _isLeaving;

    /// <summary>
    /// Sends what is paused on to the next activation, where it waits again. Orleans has begun to deactivate this one, and no
    /// message gets to the next one before this one has no open calls.
    /// </summary>
    internal void OnLeaving()
    {
        _isLeaving = true;
        if (_paused is { } paused)
        {
            _paused = null;
            paused.Leave();
            SendAgain(paused);
        }
    }

    /// <summary>The quarantine that holds up a turn; null if it may run.</summary>
    /// <param name="quarantine">The quarantines of the type.</param>
    /// <param name="messageType">The message type; null for a timer or a reminder.</param>
    /// <returns>
    /// Also the one that has just ended, if messages that waited for that have not been released yet: they run before newer ones.
    /// </returns>
    private Quarantine? HeldUpBy(TypeQuarantine? quarantine, string? messageType) =>
        quarantine?.Of(Id, messageType) ?? (_paused is { } paused && paused.During != quarantine ? paused.Rule : null);

    /// <summary>Refuses a message whose turn is held up, or lets it wait. Leaves the turn.</summary>
    private ValueTask<ActorReply> InQuarantine(
        ActorMessage message, MessageHandler handler, long arrived, TypeQuarantine? quarantine, Quarantine rule, CancellationToken sender)
    {
        var isFull = _paused is { } all && all.During == quarantine && all.Messages >= _runtime.Options.MailboxCapacity;
        if (rule.Mode == QuarantineMode.Pause && !_isLeaving && !isFull)
        {
            arrived = arrived == 0 ? _runtime.Clock.ArrivalOf(message) : arrived;
            var ticket = new Ticket(message);
            PausedIn(quarantine, rule).Add(ticket);
            var paused = WaitInQuarantineAsync(ticket, message, handler, arrived, sender);
            LeaveTurn();
            return paused;
        }

        LeaveTurn();
        if (rule.Mode == QuarantineMode.Pause && _isLeaving)
        {
            return new(Postman.Reroute);
        }

        var turn = _runtime.Clock.Begin(message, arrived);
        var what = rule.MessageType is null ? $"{Address}" : $"{rule.MessageType} of {Address}";
        return new(rule.Mode == QuarantineMode.Skip
            ? Refuse(
                message, handler.Kind, turn, ErrorCodes.Quarantined, DeadLetterReasons.Quarantined, $"{what} is in quarantine: {rule.Reason}")
            : Refuse(
                message,
                handler.Kind,
                turn,
                ErrorCodes.MailboxFull,
                DeadLetterReasons.MailboxFull,
                $"{_runtime.Options.MailboxCapacity} messages are already waiting at {Address}, because {what} is paused: {rule.Reason}"));
    }

    private async ValueTask<ActorReply> WaitInQuarantineAsync(
        Ticket ticket, ActorMessage message, MessageHandler handler, long arrived, CancellationToken sender)
    {
        OnQueued();
        TicketOutcome outcome;
        using (sender.UnsafeRegister(static cancelled => ((Ticket)cancelled!).TrySetResult(TicketOutcome.Dropped), ticket))
        {
            outcome = await ticket.Task;
        }

        TypeTelemetry.OnQueued(this, -1);
        switch (outcome)
        {
            case TicketOutcome.Turn:
                return await TakeTurnAsync(message, handler, arrived, sender);
            case TicketOutcome.Dropped:
                _paused?.Remove(ticket);
                return Refuse(
                    message,
                    handler.Kind,
                    _runtime.Clock.Begin(message, arrived),
                    ErrorCodes.Timeout,
                    DeadLetterReasons.Cancelled,
                    $"{message.Type} was cancelled while {Address} was paused.");
            default:
                return Postman.Reroute;
        }
    }

    /// <summary>Takes a timer or a reminder, which has its turn, through quarantines.</summary>
    /// <param name="reminder">The reminder; null for a timer.</param>
    /// <returns>
    /// <see cref="TicketOutcome.Turn"/> if it runs now. Otherwise it has left the turn: <see cref="TicketOutcome.Dropped"/> if it
    /// is left out or, as a reminder, comes again later; else this activation is leaving.
    /// </returns>
    private async ValueTask<TicketOutcome> PassQuarantineAsync((string Name, TickStatus Status)? reminder)
    {
        var outcome = TicketOutcome.Turn;
        while (outcome == TicketOutcome.Turn && _type.Quarantine is var quarantine && HeldUpBy(quarantine, messageType: null) is { } rule)
        {
            if (rule.Mode == QuarantineMode.Skip || _isLeaving)
            {
                LeaveTurn();
                return rule.Mode == QuarantineMode.Skip ? TicketOutcome.Dropped : TicketOutcome.Reroute;
            }

            if (reminder is { } due)
            {
                // Its call ends here, because Orleans takes a call for stuck that is open for hours and holds up others.
                PausedIn(quarantine, rule).Reminders[due.Name] = due.Status;
                LeaveTurn();
                return TicketOutcome.Dropped;
            }

            var ticket = new Ticket(message: null);
            PausedIn(quarantine, rule).Add(ticket);
            LeaveTurn();
            outcome = await ticket.Task;
        }

        return outcome;
    }

    private PausedTurns PausedIn(TypeQuarantine? quarantine, Quarantine rule)
    {
        if (_paused is null)
        {
            _paused = new PausedTurns(quarantine!, rule);
            ReleaseAtChangeAsync(_paused).Ignore();
        }

        return _paused;
    }

    private async Task ReleaseAtChangeAsync(PausedTurns paused)
    {
        await Task.WhenAny(paused.During.Replaced, paused.Left);

        // If the turn is taken, whoever leaves it releases them.
        if (_turns.TryEnter())
        {
            LeaveTurn();
        }
    }

    /// <summary>
    /// If quarantines have changed, puts what may run now before all that waits in the queue, which is newer: nothing is paused
    /// before its turn. What is in another quarantine stays in its place.
    /// </summary>
    private void ReleasePaused()
    {
        var (paused, quarantine) = (_paused!, _type.Quarantine);
        if (paused.During == quarantine)
        {
            return;
        }

        _turns.PutFirst(paused.TakeUnless(ticket => quarantine?.Pauses(Id, ticket.Message?.Type) == true));
        if (quarantine?.Pauses(Id, messageType: null) != true)
        {
            SendAgain(paused);
        }

        if (quarantine is null || paused.Count == 0)
        {
            _paused = null;
        }
        else
        {
            paused.During = quarantine;
            ReleaseAtChangeAsync(paused).Ignore();
        }
    }

    private void SendAgain(PausedTurns paused)
    {
        foreach (var (name, status) in paused.Reminders)
        {
            SendReminderAsync(name, status).Ignore();
        }

        paused.Reminders.Clear();
    }
}
