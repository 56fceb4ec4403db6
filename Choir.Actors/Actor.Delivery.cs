using Choir.Actors.Hosting;
using Choir.Actors.Mailbox;
using Choir.Actors.Messaging;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Choir.Actors;

/// <content>
/// The one place through which every message goes. Everything here runs on the activation's scheduler: fields have one
/// owner, and an <c>await</c> must come back to it.
/// </content>
public abstract partial class Actor
{
    private TurnQueue _turns;
    private WaitSet _waits;
    private int _failuresInARow;
    private int _restartsInARow;
    private bool _stale;

    /// <inheritdoc/>
    Task<ActorReply> IActorGrain.Deliver(ActorMessage message) => Receive(message, CancellationToken.None);

    /// <inheritdoc/>
    Task<ActorReply> IActorGrain.DeliverCancellable(ActorMessage message, CancellationToken cancellationToken) =>
        Receive(message, cancellationToken);

    /// <inheritdoc/>
    Task IActorGrain.Restart() => RunInTurn("restart", RestartFromStoredState);

    /// <inheritdoc/>
    Task IRemindable.ReceiveReminder(string reminderName, TickStatus status) =>
        RunInTurn("reminder", token => OnReminder(reminderName, token));

    private Task<ActorReply> Receive(ActorMessage message, CancellationToken sender)
    {
        if (_type.HandlerOf(message.Type) is not { } handler)
        {
            return Task.FromResult(Refuse(message, ErrorCodes.UnknownMessageType, DeadLetterReasons.NoHandler, UnknownMessageType(message)));
        }

        if (_turns.TryEnter())
        {
            return TakeTurn(message, handler, sender);
        }

        return _turns.Length >= _runtime.Options.MailboxCapacity
            ? Task.FromResult(Refuse(
                message,
                ErrorCodes.MailboxFull,
                DeadLetterReasons.MailboxFull,
                $"{_runtime.Options.MailboxCapacity} messages wait at {Address} already; try again later."))
            : WaitForTurn(message, handler, sender);
    }

    private async Task<ActorReply> WaitForTurn(ActorMessage message, MessageHandler handler, CancellationToken sender)
    {
        var ticket = _turns.Enqueue(message);
        Task<string[]?>? cycle = null;
        if (message.ExpectsReply && !message.Sender.IsNone && !_waits.IsEmpty)
        {
            cycle = FindCycle(ticket, message);
        }

        return await ticket.Task switch
        {
            TicketOutcome.Turn => await TakeTurn(message, handler, sender),
            TicketOutcome.Deadlock => DeadlockReply(await cycle! ?? []).Answering(message.Id),
            _ => Postman.Reroute,
        };
    }

    private async Task<ActorReply> TakeTurn(ActorMessage message, MessageHandler handler, CancellationToken sender)
    {
        if (_stale)
        {
            LeaveTurn();
            return Postman.Reroute;
        }

        if (sender.IsCancellationRequested || _runtime.Clock.IsExpired(message))
        {
            LeaveTurn();
            var reason = sender.IsCancellationRequested ? DeadLetterReasons.Cancelled : DeadLetterReasons.Expired;
            return Refuse(message, ErrorCodes.Timeout, reason, $"{message.Type} had {reason} when its turn at {Address} came.");
        }

        var limit = new HandlerTimeLimit(_runtime.Options.HandlerTimeLimit, _runtime.Clock.Time, sender);
        CurrentMessage = message;
        try
        {
            var reply = await handler.Invoke(this, new MessageContext(message, limit));
            OnHandled();
            return reply;
        }
        catch (Exception e)
        {
            return OnFailed(message, e, limit, sender);
        }
        finally
        {
            CurrentMessage = null;
            limit.Dispose();
            EndTurn();
        }
    }

    /// <summary>Runs something that is no message in a turn of its own.</summary>
    private async Task RunInTurn(string what, Func<CancellationToken, Task> work)
    {
        if (!_turns.TryEnter() && await _turns.Enqueue(message: null).Task != TicketOutcome.Turn)
        {
            return;
        }

        if (_stale)
        {
            LeaveTurn();
            return;
        }

        var limit = new HandlerTimeLimit(_runtime.Options.HandlerTimeLimit, _runtime.Clock.Time, CancellationToken.None);
        try
        {
            await work(limit.Token);
            OnHandled();
        }
        catch (Exception e)
        {
            CountFailure(e);
            _runtime.Logger.TurnFailed(what, Address, e);
        }
        finally
        {
            limit.Dispose();
            EndTurn();
        }
    }

    private void OnHandled()
    {
        _failuresInARow = 0;
        _restartsInARow = 0;
    }

    private ActorReply OnFailed(ActorMessage message, Exception e, HandlerTimeLimit limit, CancellationToken sender)
    {
        switch (e)
        {
            case InvalidMessageDataException:
                return Refuse(message, ErrorCodes.InvalidData, DeadLetterReasons.InvalidData, e.Message);
            case ActorErrorException { Error: var error } when error.Code != ErrorCodes.HandlerFailed:
                return ActorReply.Failure(error.Code, error.Message).Answering(message.Id);
            case OperationCanceledException when limit.HasFired:
                CountFailure(e);
                _runtime.Logger.MessageProcessingFailed(message.Type, Address, message.Id, message.CorrelationId, e);
                return ActorReply.Failure(
                    ErrorCodes.Timeout,
                    $"{Address} gave {message.Type} up after {_runtime.Options.HandlerTimeLimit.TotalSeconds:0.###} s.")
                    .Answering(message.Id);
            case OperationCanceledException when sender.IsCancellationRequested:
                return ActorReply.Failure(ErrorCodes.Timeout, $"The sender of {message.Type} cancelled it.").Answering(message.Id);
            default:
                CountFailure(e);
                _runtime.Logger.MessageProcessingFailed(message.Type, Address, message.Id, message.CorrelationId, e);
                return ActorReply.Failure(ErrorCodes.HandlerFailed, $"{Address} failed to handle {message.Type}: {e.Message}")
                    .Answering(message.Id);
        }
    }

    private void CountFailure(Exception e)
    {
        _failuresInARow++;
        if (e is InconsistentStateException)
        {
            Abandon();
        }
    }

    /// <summary>This activation's state is not the stored one: it must not handle another message.</summary>
    private protected void Abandon()
    {
        if (!_stale)
        {
            _stale = true;
            DeactivateOnIdle();
        }
    }

    private void EndTurn()
    {
        if (_failuresInARow >= _runtime.Options.FailuresBeforeRestart && !_stale)
        {
            RestartAfterRest().Ignore();
        }
        else
        {
            LeaveTurn();
        }
    }

    private void LeaveTurn()
    {
        if (_stale)
        {
            _turns.RerouteAll();
        }

        _turns.Leave();
    }

    /// <summary>Keeps the turn while the actor rests, so that what waits goes on waiting, and then restarts it.</summary>
    private async Task RestartAfterRest()
    {
        var rest = _runtime.Options.RestartBackoff * Math.Pow(2, Math.Min(_restartsInARow++, 30));
        rest = rest < _runtime.Options.MaxRestartBackoff ? rest : _runtime.Options.MaxRestartBackoff;
        _runtime.Logger.ActorRestarting(Address, _failuresInARow, rest.TotalMilliseconds);
        try
        {
            await Task.Delay(rest, _runtime.Clock.Time);
            await RestartFromStoredState(CancellationToken.None);
        }
        catch (Exception e)
        {
            // The next activation reads the state again; until it can, its senders are told so.
            _runtime.Logger.TurnFailed("restart", Address, e);
            Abandon();
        }
        finally
        {
            LeaveTurn();
        }
    }

    private async Task RestartFromStoredState(CancellationToken cancellationToken)
    {
        _failuresInARow = 0;
        await LoadState(cancellationToken);
        await OnStart(cancellationToken);
        _runtime.Logger.ActorRestarted(Address);
    }

    private ActorReply Refuse(ActorMessage message, string code, string reason, string detail)
    {
        if (!message.ExpectsReply)
        {
            _runtime.DeadLetters.Add(Address, message, reason, detail);
        }

        return ActorReply.Failure(code, detail).Answering(message.Id);
    }

    private string UnknownMessageType(ActorMessage message) =>
        $"{_type.Name} has no handler for {message.Type}. It takes: {string.Join(", ", _type.MessageTypes)}.";
}
