using System.Diagnostics;
using System.Runtime.CompilerServices;
using Choir.Actors.Hosting;
using Choir.Actors.Mailbox;
using Choir.Actors.Messaging;
using Choir.Observability;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Choir.Actors;

/// <content>
/// Every message passes through here. All of it runs on the activation's scheduler, so fields need no locks, and an
/// <c>await</c> must return to that scheduler. A handler that completes synchronously costs no allocation here.
/// </content>
public abstract partial class Actor
{
    private TurnQueue _turns;
    private WaitSet _waits;
    private HandlerTimeLimit? _limit;
    private int _failuresInARow;
    private int _restartsInARow;
    private bool _isStale;

    /// <inheritdoc/>
    ValueTask<ActorReply> IActorGrain.DeliverAsync(ActorMessage message) => ReceiveAsync(message, CancellationToken.None);

    /// <inheritdoc/>
    ValueTask<ActorReply> IActorGrain.DeliverCancellableAsync(ActorMessage message, CancellationToken cancellationToken) =>
        ReceiveAsync(message, cancellationToken);

    /// <summary>The cancellation token of a message's handler, created on first use.</summary>
    internal CancellationToken TokenOf(ActorMessage message) =>
        ReferenceEquals(CurrentMessage, message)
            ? (_limit ??= TimeLimit(CancellationToken.None)).Token
            : new CancellationToken(canceled: true);

    private ValueTask<ActorReply> ReceiveAsync(ActorMessage message, CancellationToken sender)
    {
        if (_type.HandlerOf(message.Type) is not { } handler)
        {
            return new(Refuse(
                message,
                _type.UnknownKind,
                _runtime.Clock.Begin(message),
                ErrorCodes.UnknownMessageType,
                DeadLetterReasons.NoHandler,
                UnknownMessageType(message)));
        }

        if (_turns.TryEnter())
        {
            return TakeTurnAsync(message, handler, arrived: 0, sender);
        }

        return _turns.Messages >= _runtime.Options.MailboxCapacity
            ? new(Refuse(
                message,
                handler.Kind,
                _runtime.Clock.Begin(message),
                ErrorCodes.MailboxFull,
                DeadLetterReasons.MailboxFull,
                $"{_runtime.Options.MailboxCapacity} messages are already waiting at {Address}; try again later."))
            : WaitForTurnAsync(message, handler, _runtime.Clock.ArrivalOf(message), sender);
    }

    private async ValueTask<ActorReply> WaitForTurnAsync(ActorMessage message, MessageHandler handler, long arrived, CancellationToken sender)
    {
        var ticket = _turns.Enqueue(message);
        OnQueued();
        Task<string[]?>? cycle = null;
        if (message.ExpectsReply && !message.Sender.IsNone && !_waits.IsEmpty)
        {
            cycle = FindCycleAsync(ticket, message);
        }

        var outcome = await ticket.Task;
        TypeTelemetry.OnQueued(this, -1);
        return outcome switch
        {
            TicketOutcome.Turn => await TakeTurnAsync(message, handler, arrived, sender),
            TicketOutcome.Deadlock => AnswerDeadlock(message, handler, arrived, await cycle! ?? []),
            _ => Postman.Reroute,
        };
    }

    private ValueTask<ActorReply> TakeTurnAsync(ActorMessage message, MessageHandler handler, long arrived, CancellationToken sender)
    {
        if (_isStale)
        {
            LeaveTurn();
            return new(Postman.Reroute);
        }

        var quarantine = _type.Quarantine;
        if ((quarantine is not null || _paused is not null) && HeldUpBy(quarantine, message.Type) is { } rule)
        {
            return InQuarantine(message, handler, arrived, quarantine, rule, sender);
        }

        var turn = _runtime.Clock.Begin(message, arrived);
        var isExpired = _runtime.Clock.IsExpired(message, turn);
        if (isExpired || sender.IsCancellationRequested)
        {
            LeaveTurn();
            var reason = isExpired ? DeadLetterReasons.Expired : DeadLetterReasons.Cancelled;
            return new(Refuse(
                message, handler.Kind, turn, ErrorCodes.Timeout, reason, $"{message.Type} {(isExpired ? "expired" : "was cancelled")} before {Address} handled it."));
        }

        _turnStarted = turn.Started;
        CurrentMessage = message;
        if (sender.CanBeCanceled)
        {
            _limit = TimeLimit(sender);
        }

        if (TurnCosts.IsOn)
        {
            return TakeProfiledTurnAsync(message, handler, turn);
        }

        return _runtime.Tracing.Wants(message.SenderTrace.IsSampled, this) ? TakeTracedTurnAsync(message, handler, turn) : HandleAsync(message, handler, turn, span: null);
    }

    private async ValueTask<ActorReply> TakeTracedTurnAsync(ActorMessage message, MessageHandler handler, Turn turn)
    {
        // Activity.Current is an async local: when this method ends, the caller has its own again.
        var span = _runtime.Tracing.Start(new ObservedMessage(message), handler.Kind, this, turn);
        try
        {
            return await HandleAsync(message, handler, turn, span);
        }
        finally
        {
            _runtime.Tracing.Stop(span);
        }
    }

    private ValueTask<ActorReply> HandleAsync(ActorMessage message, MessageHandler handler, Turn turn, Activity? span)
    {
        ValueTask<ActorReply> running;
        var cells = _runtime.Telemetry.Cells.Current();
        var before = cells.Running;
        cells.Running = this;
        try
        {
            _runtime.MessageLog.Received(this, handler.Kind, message, turn.Started);
            running = handler.Invoke(this, new MessageContext(message, this));
        }
        catch (Exception e)
        {
            return new(EndFailed(message, handler, turn, e, span, cells));
        }
        finally
        {
            cells.Running = before;
        }

        return running.IsCompletedSuccessfully
            ? new(End(message, handler, turn, running.Result, span, cells))
            : AwaitAsync(running, message, handler, turn, span);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ActorReply> AwaitAsync(
        ValueTask<ActorReply> running, ActorMessage message, MessageHandler handler, Turn turn, Activity? span)
    {
        TypeTelemetry.InFlight.Add(this);
        ActorReply reply;
        try
        {
            reply = await running;
        }
        catch (Exception e)
        {
            TypeTelemetry.InFlight.Remove(this);
            return EndFailed(message, handler, turn, e, span, _runtime.Telemetry.Cells.Current());
        }

        TypeTelemetry.InFlight.Remove(this);
        return End(message, handler, turn, reply, span, _runtime.Telemetry.Cells.Current());
    }

    private ActorReply End(
        ActorMessage message, MessageHandler handler, in Turn turn, ActorReply reply, Activity? span, ThreadCells cells)
    {
        _failuresInARow = 0;
        _restartsInARow = 0;
        var outcome = ReplyOutcomes.Of(reply);
        Conclude(message, handler, turn, outcome, reply, exception: null, span, cells);
        return reply;
    }

    private void Conclude(
        ActorMessage message,
        MessageHandler handler,
        in Turn turn,
        Outcome outcome,
        ActorReply reply,
        Exception? exception,
        Activity? span,
        ThreadCells cells)
    {
        try
        {
            var ended = _runtime.Clock.Timestamp;
            var error = outcome == Outcome.Ok ? null : exception?.Message ?? reply.ErrorMessage();
            var isRefused = outcome == Outcome.Rejected && exception is not InvalidMessageDataException;
            _runtime.Telemetry.Handled(
                cells, this, handler.Kind, new ObservedMessage(message), turn, new TurnEnd(ended, outcome, error, span is { IsAllDataRequested: true }, isRefused));
            _runtime.MessageLog.Processed(this, handler.Kind, message, turn, ended);
            if (span is not null)
            {
                _runtime.Tracing.End(span, ended - turn.Started, reply.Type, reply.IsError ? reply.ErrorMessage() : null, exception);
            }
        }
        catch (Exception e)
        {
            // A failure of telemetry must not keep the turn from ending.
            _runtime.Logger.TelemetryFailed(e);
        }

        CurrentMessage = null;
        if (_limit is not null)
        {
            _limit.Dispose();
            _limit = null;
        }

        EndTurn();
    }

    private HandlerTimeLimit TimeLimit(CancellationToken sender) =>
        new(_runtime.Options.HandlerTimeLimit, _turnStarted, _runtime.Clock.Time, sender);

    private void OnQueued()
    {
        TypeTelemetry.OnQueued(this, 1);
        var length = QueueLength;
        var threshold = _runtime.Options.QueueWarning;

        // Logged at the first message above the threshold, and again at each power of two times the threshold.
        if (length > threshold && int.IsPow2(length / threshold) && length % threshold == 1)
        {
            _runtime.Logger.QueueGrowing(Address.Type, Address.Id, length, threshold);
        }
    }
}
