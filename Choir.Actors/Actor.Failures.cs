using System.Diagnostics;
using Choir.Actors.Mailbox;
using Choir.Actors.Messaging;
using Choir.Observability;

namespace Choir.Actors;

/// <content>Replies to, counts and logs messages that are refused or whose handler fails.</content>
public abstract partial class Actor
{
    private ActorReply EndFailed(ActorMessage message, MessageHandler handler, in Turn turn, Exception e, Activity? span, ThreadCells cells)
    {
        ActorReply reply;
        Outcome outcome;
        try
        {
            (reply, outcome) = OnFailed(message, e);
        }
        catch (Exception)
        {
            // For example, the text of the exception cannot be read. The turn must end all the same.
            (reply, outcome) = (ActorReply.Failure(ErrorCodes.HandlerFailed, $"{Address} failed to handle {message.Type}.").Answering(message.Id), Outcome.Error);
        }

        Conclude(message, handler, turn, outcome, reply, e, span, cells);
        return reply;
    }

    private (ActorReply Reply, Outcome Outcome) OnFailed(ActorMessage message, Exception e)
    {
        switch (e)
        {
            case InvalidMessageDataException:
                DeadLetterUnlessReplyExpected(message, DeadLetterReasons.InvalidData, e.Message);
                return (ActorReply.Failure(ErrorCodes.InvalidData, e.Message).Answering(message.Id), Outcome.Rejected);
            case ActorErrorException { Error: var error } when error.Code != ErrorCodes.HandlerFailed:
                return (ActorReply.Failure(error).Answering(message.Id), ReplyOutcomes.OfError(error));
            case OperationCanceledException when _limit is { HasFired: true }:
                CountFailure(e);
                _runtime.Logger.MessageProcessingFailed(message.Type, Address.Type, Address.Id, message.Id, message.CorrelationId, e);
                return (
                    ActorReply.Failure(
                        ErrorCodes.Timeout,
                        $"{Address} stopped handling {message.Type} after {_runtime.Options.HandlerTimeLimit.TotalSeconds:0.###} s.")
                        .Answering(message.Id),
                    Outcome.Timeout);
            case OperationCanceledException when _limit is { IsCancelledBySender: true }:
                return (
                    ActorReply.Failure(ErrorCodes.Timeout, $"The sender of {message.Type} cancelled it.").Answering(message.Id),
                    Outcome.Timeout);
            default:
                return OnThrown(message, e);
        }
    }

    private (ActorReply Reply, Outcome Outcome) OnThrown(ActorMessage message, Exception e)
    {
        var error = _runtime.Translate(e);
        if (error is { Code: ErrorCodes.InvalidData })
        {
            DeadLetterUnlessReplyExpected(message, DeadLetterReasons.InvalidData, error.Message);
            return (ActorReply.Failure(error.Code, error.Message).Answering(message.Id), Outcome.Rejected);
        }

        CountFailure(e);
        _runtime.Logger.MessageProcessingFailed(message.Type, Address.Type, Address.Id, message.Id, message.CorrelationId, e);
        error ??= new ActorError(
            e is ActorUnavailableException || FailureText.IsHostLost(e) ? ErrorCodes.ActorUnavailable : ErrorCodes.HandlerFailed, FailureText.Of(e));
        error = error with { Message = $"{Address} failed to handle {message.Type}: {error.Message}", IsFailure = true };
        return (ActorReply.Failure(error).Answering(message.Id), Outcome.Error);
    }

    private ActorReply Refuse(ActorMessage message, MessageKind kind, in Turn turn, string code, string reason, string detail)
    {
        DeadLetterUnlessReplyExpected(message, reason, detail);
        if (reason == DeadLetterReasons.MailboxFull)
        {
            TypeTelemetry.OnQueueFull();
        }

        _runtime.MessageLog.Refused(this, kind, message, turn.Started, detail);
        var outcome = code == ErrorCodes.Timeout ? Outcome.Timeout : Outcome.Rejected;
        _runtime.Telemetry.Handled(this, kind, message, turn, new TurnEnd(turn.Started, outcome, detail));
        return ActorReply.Failure(code, detail).Answering(message.Id);
    }

    private void DeadLetterUnlessReplyExpected(ActorMessage message, string reason, string detail)
    {
        if (!message.ExpectsReply)
        {
            _runtime.DeadLetters.Add(Address, message, reason, detail);
        }
    }

    private string UnknownMessageType(ActorMessage message) =>
        $"{_type.Name} has no handler for {message.Type}. It handles: {string.Join(", ", _type.MessageTypes)}.";
}
